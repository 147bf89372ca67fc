import fc from 'fast-check';
import { z } from 'zod';
import { schemaValue } from './schema-value';
import { SeededRandom } from './seeded-random';

const limits = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 30 }));

/** zod is the judge: it writes the JSON Schema and then checks the value made from it. */
const { schema: anySchema } = fc.letrec<{ schema: z.ZodType }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<z.ZodType>(z.string(), z.boolean(), z.null(), z.number(), z.int(), z.uuid(), z.email(), z.url()),
    fc.constantFrom<z.ZodType>(z.iso.datetime(), z.iso.date(), z.ipv4(), z.literal('fixed'), z.enum(['one', 'two'])),
    limits.map(
      ([least, span]): z.ZodType =>
        z
          .int()
          .min(least)
          .max(least + span),
    ),
    limits.map(
      ([least, span]): z.ZodType =>
        z
          .number()
          .gt(least)
          .lt(least + span),
    ),
    limits.map(
      ([least, span]): z.ZodType =>
        z
          .string()
          .min(Math.abs(least))
          .max(Math.abs(least) + span),
    ),
    fc.tuple(tie('schema'), fc.nat(3)).map(
      ([item, least]): z.ZodType =>
        z
          .array(item)
          .min(least)
          .max(least + 2),
    ),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((options): z.ZodType => z.union(options)),
    fc.dictionary(fc.stringMatching(/^[a-z_]{1,6}$/), tie('schema')).map((shape): z.ZodType => z.strictObject(shape)),
    tie('schema').map((inner): z.ZodType => z.strictObject({ maybe: inner.optional(), none: inner.nullable() })),
  ),
}));

describe('schema value', () => {
  test('always conforms to the schema it was made from', () => {
    fc.assert(
      fc.property(anySchema, fc.nat(), (schema, seed) => {
        const value = schemaValue(z.toJSONSchema(schema), new SeededRandom(seed));
        expect(schema.safeParse(value)).toMatchObject({ success: true });
      }),
      { numRuns: 300 },
    );
  });

  test('comes to an end on a schema that contains itself', () => {
    interface Tree {
      name: string;
      children: Tree[];
    }
    const tree: z.ZodType<Tree> = z.strictObject({ name: z.string(), children: z.lazy(() => z.array(tree)) });
    for (let seed = 0; seed < 20; seed += 1) {
      expect(tree.safeParse(schemaValue(z.toJSONSchema(tree), new SeededRandom(seed))).success).toBe(true);
    }
  });

  test('says so when only an endless value would do', () => {
    const endless = {
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } }, required: ['next'] } },
    };
    expect(() => schemaValue(endless, new SeededRandom(1))).toThrow('no finite value');
  });

  test('joins the branches of allOf, and reads the pointers of $ref', () => {
    const schema = {
      allOf: [
        { $ref: '#/definitions/a~1b' },
        { type: 'object', properties: { right: { const: 2 } }, required: ['right'] },
      ],
      definitions: { 'a/b': { type: 'object', properties: { left: { const: 1 } }, required: ['left'] } },
    };
    expect(schemaValue(schema, new SeededRandom(7))).toEqual({ left: 1, right: 2 });
  });

  test('the same seed gives the same value', () => {
    const schema = { type: 'object', properties: { name: { type: 'string' }, count: { type: 'integer' } } };
    expect(schemaValue(schema, new SeededRandom(5))).toEqual(schemaValue(schema, new SeededRandom(5)));
    expect(schemaValue(schema, new SeededRandom(5))).not.toEqual(schemaValue(schema, new SeededRandom(6)));
  });
});
