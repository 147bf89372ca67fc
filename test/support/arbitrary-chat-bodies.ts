import fc from 'fast-check';

/** A client's body, and its text with the freedom JSON leaves: white space, escapes, order of members. */
export interface GeneratedBody {
  readonly document: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const wildText = fc.oneof(
  text,
  fc.constantFrom(
    '"model":"x"',
    '\\',
    '\u2028',
    '\u0000',
    '{"model":1}',
    '💥',
    '𝔘𝔫𝔦',
    'ﷺ',
    '[DONE]',
    '\r\n\r\ndata: x',
  ),
);
const anything = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' });
const sayable = wildText.map((words) => `say: ${words}`);

/** Names that no vendor defines and that are not the gateway's own. */
const unknownName = fc
  .tuple(fc.constantFrom('x_', 'vendor_', 'Model', 'モデル_', 'model.', 'x model '), fc.string({ maxLength: 6 }))
  .map(([start, rest]) => `${start}${rest}`);
const unknownFields = fc.dictionary(unknownName, anything, { maxKeys: 4 });

const openAiMessages = fc
  .tuple(
    fc.option(
      sayable.map((content) => ({ role: 'system', content })),
      { nil: undefined },
    ),
    fc.array(
      fc.oneof(
        sayable.map((content) => ({ role: 'user', content })),
        fc.array(sayable, { minLength: 1, maxLength: 3 }).map((parts) => ({
          role: 'user',
          content: parts.map((part) => ({ type: 'text', text: part })),
        })),
        sayable.map((content) => ({ role: 'assistant', content })),
      ),
      { maxLength: 4 },
    ),
    sayable,
  )
  .map(([system, turns, last]) => [...(system ? [system] : []), ...turns, { role: 'user', content: last }]);

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 1 });

/** Bodies that OpenAI's wire allows, with fields of the future among them. */
export const openAiBody = (model: string): fc.Arbitrary<GeneratedBody> =>
  generated(
    fc.record({
      model: fc.constant(model),
      messages: openAiMessages,
      temperature: optional(fc.double({ min: 0, max: 2, noNaN: true })),
      top_p: optional(fc.double({ min: 0, max: 1, noNaN: true })),
      max_tokens: optional(fc.integer({ min: 1, max: 30 })),
      seed: optional(fc.integer()),
      stop: optional(
        fc.oneof(
          text.map((words) => `#${words}`),
          fc.constant(null),
        ),
      ),
      user: optional(wildText),
      metadata: optional(fc.dictionary(fc.constantFrom('model', 'a', 'b'), text, { maxKeys: 3 })),
      logit_bias: optional(fc.dictionary(fc.nat({ max: 99 }).map(String), fc.integer({ min: -100, max: 100 }))),
      presence_penalty: optional(fc.integer({ min: -2, max: 2 })),
    }),
  );

/** Bodies that Anthropic's wire allows, with fields of the future among them. */
export const anthropicBody = (model: string): fc.Arbitrary<GeneratedBody> =>
  generated(
    fc.record({
      model: fc.constant(model),
      max_tokens: fc.integer({ min: 1, max: 30 }),
      messages: sayable.map((content) => [{ role: 'user', content }]),
      system: optional(
        fc.oneof(
          sayable,
          sayable.map((words) => [{ type: 'text', text: words }]),
        ),
      ),
      temperature: optional(fc.double({ min: 0, max: 1, noNaN: true })),
      top_k: optional(fc.nat({ max: 100 })),
      stop_sequences: optional(
        fc.array(
          text.map((words) => `#${words}`),
          { maxLength: 3 },
        ),
      ),
      metadata: optional(fc.record({ user_id: wildText })),
    }),
  );

function generated(known: fc.Arbitrary<object>): fc.Arbitrary<GeneratedBody> {
  return fc
    .record({
      known,
      unknown: unknownFields,
      order: fc.infiniteStream(fc.nat()),
      indent: fc.constantFrom('', ' ', '\t', '\r\n  '),
      escapes: fc.boolean(),
    })
    .map(({ known: fields, unknown, order, indent, escapes }) => {
      const members = Object.entries({ ...unknown, ...fields }).filter(([, value]) => value !== undefined);
      const shuffled = members
        .map((member) => ({ member, place: order.next().value }))
        .sort((one, other) => one.place - other.place)
        .map(({ member }) => member);
      const document = Object.fromEntries(shuffled);
      const plain = JSON.stringify(document, null, indent);
      return { document: JSON.parse(plain), text: escapes ? escapeAll(plain) : plain };
    });
}

/** The same JSON in ASCII. */
function escapeAll(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
