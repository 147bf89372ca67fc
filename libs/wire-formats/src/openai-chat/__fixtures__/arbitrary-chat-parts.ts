import type { StreamPart } from '@gateway/domain';
import fc from 'fast-check';

type BlockMaker = (choice: number, block: number) => StreamPart[];
type TextKind = 'text' | 'reasoning' | 'refusal';

const awkward = fc.constantFrom(
  '\n\n',
  '\r',
  '"model":"x"',
  '"usage":{',
  'data: [DONE]',
  '\\',
  '}',
  '{"a":',
  ' ',
  '\u2028',
);
const pieces = fc.array(fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), awkward), {
  minLength: 1,
  maxLength: 4,
});
const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);

const textBlock = (kind: TextKind): fc.Arbitrary<BlockMaker> =>
  pieces.map((texts) => (choice, block) => [
    { type: `${kind}-start`, choice, block },
    ...texts.map((text): StreamPart => ({ type: `${kind}-delta`, choice, block, text })),
    { type: `${kind}-end`, choice, block },
  ]);

/** Arguments need not be JSON: what the model wrote must arrive. */
const toolBlock: fc.Arbitrary<BlockMaker> = fc
  .tuple(word, word, fc.oneof(pieces, fc.constant([]), fc.constant(['{"a"', ':1}'])))
  .map(([id, name, texts]) => (choice, block) => [
    { type: 'tool-call-start', choice, block, id, name },
    ...texts.map((argumentsText): StreamPart => ({ type: 'tool-call-delta', choice, block, argumentsText })),
    { type: 'tool-call-end', choice, block },
  ]);

const kinds = {
  text: textBlock('text'),
  reasoning: textBlock('reasoning'),
  refusal: textBlock('refusal'),
  tool: toolBlock,
};

/** Two texts side by side are one text on this wire, so neighbours differ in kind, except tool calls. */
const blocks: fc.Arbitrary<BlockMaker[]> = fc
  .array(fc.constantFrom<keyof typeof kinds>('text', 'reasoning', 'refusal', 'tool'), { minLength: 1, maxLength: 5 })
  .map((names) => names.filter((name, index) => name === 'tool' || name !== names[index - 1]))
  .chain((names) => fc.tuple(...names.map((name) => kinds[name])));

const usage = fc.record({
  promptTokens: fc.nat(9999),
  completionTokens: fc.nat(9999),
  cachedPromptTokens: fc.nat(99),
  cacheWriteTokens: fc.nat(99),
  reasoningTokens: fc.nat(99),
  estimated: fc.constant(false),
});

/** An answer of one or two choices whose `raw` reasons are this wire's own words. */
export const arbitraryChatParts: fc.Arbitrary<StreamPart[]> = fc
  .record({
    id: word,
    createdUnixS: fc.nat(),
    choices: fc.array(blocks, { minLength: 1, maxLength: 2 }),
    reason: fc.constantFrom(
      { unified: 'length' as const, raw: 'length' },
      { unified: 'content-filter' as const, raw: 'content_filter' },
    ),
    usage: fc.option(usage),
  })
  .map(({ id, createdUnixS, choices, reason, usage }) => [
    { type: 'response-start', id, model: 'client-model', createdUnixS },
    ...choices.flatMap((makers, choice) => makers.flatMap((make, block) => make(choice, block))),
    ...choices.map((_, choice): StreamPart => ({ type: 'finish', choice, reason })),
    ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
  ]);

/** Without the provider's own usage object, which no wire carries on. */
export function withoutRawUsage(parts: readonly StreamPart[]): StreamPart[] {
  return parts.map((part) => {
    if (part.type !== 'usage') return part;
    const { raw: _raw, ...rest } = part.usage;
    return { ...part, usage: rest };
  });
}
