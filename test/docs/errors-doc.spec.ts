import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_TABLE } from '@gateway/domain';

const text = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
const codes = Object.keys(ERROR_TABLE);

describe('docs/errors.md', () => {
  it('tabulates exactly the codes there are, with status and types (else run: make generate)', () => {
    const rows = [...text.matchAll(/^\| \[`(\w+)`\]\(#\w+\) \| (\d+) \| `(\w+)` \| `(\w+)` \|$/gm)].map((row) =>
      row.slice(1),
    );
    const expected = Object.entries(ERROR_TABLE).map(([code, { httpStatus, openaiType, anthropicType }]) => [
      code,
      String(httpStatus),
      openaiType,
      anthropicType,
    ]);
    expect(rows).toEqual(expected);
  });

  it('explains exactly the codes there are, in the order of the table', () => {
    expect([...text.matchAll(/^### (\w+)$/gm)].map((heading) => heading[1])).toEqual(codes);
  });

  it('says of every code what it means', () => {
    const sections = text.split(/^### /m).slice(1);
    const short = sections.filter((section) => section.split('\n').slice(1).join(' ').trim().length < 60);
    expect(short).toEqual([]);
  });
});
