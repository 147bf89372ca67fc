import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { storedText } from '../sql-values';
import { arrayLiteral } from './array-literal';

// Real: PostgreSQL.
let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

const same = <Value>(value: Value): Value => value;

describe('arrayLiteral', () => {
  it('is read by PostgreSQL as the values that went in', async () => {
    // The client has no way to send U+0000 or half a surrogate pair: see `sqlText`.
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }).filter((value) => storedText(value) === value),
      fc.constantFrom('', 'NULL', 'null', ' ', '{}', ',', '"', '\\', '\\"', "'", '\n', '\t', '{"a":"b\\\\c"}'),
      fc.constant(null),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text), async (values) => {
        const [row] = await test.database.query<{ back: (string | null)[] }>('SELECT to_jsonb($1::text[]) AS back', [
          arrayLiteral(values, same),
        ]);
        expect(row?.back).toEqual(values);
      }),
    );
  });

  it('holds numbers and truth values too', async () => {
    const [row] = await test.database.query(
      'SELECT to_jsonb($1::bigint[]) AS numbers, to_jsonb($2::boolean[]) AS truth',
      [arrayLiteral([0, -1, Number.MAX_SAFE_INTEGER, null], same), arrayLiteral([true, null, false], same)],
    );
    expect(row).toEqual({ numbers: [0, -1, Number.MAX_SAFE_INTEGER, null], truth: [true, null, false] });
  });
});
