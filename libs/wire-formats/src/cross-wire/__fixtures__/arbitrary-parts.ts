import type { StreamPart, UnifiedFinishReason, Usage } from '@gateway/domain';
import fc from 'fast-check';

/** White space and JSON in pieces, which careless code trims, parses or joins. */
const awkward = fc.constantFrom(' ', '\n', '\r\n\r\n', '{"a": ', ' "b" }', '\\', '"', 'data: [DONE]', 'event: ping');
/** Any text a model may stream, in non-empty pieces: quotes, lone surrogates, other scripts. */
const piece = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), awkward);
const pieces = fc.array(piece, { minLength: 1, maxLength: 5 });
const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);

type BlockMaker = (block: number) => StreamPart[];

const textBlock: fc.Arbitrary<BlockMaker> = pieces.map((texts) => (block) => [
  { type: 'text-start', choice: 0, block },
  ...texts.map((text): StreamPart => ({ type: 'text-delta', choice: 0, block, text })),
  { type: 'text-end', choice: 0, block },
]);

const reasoningBlock: fc.Arbitrary<BlockMaker> = fc
  .tuple(pieces, fc.option(word, { nil: undefined }))
  .map(([texts, signature]) => (block) => [
    { type: 'reasoning-start', choice: 0, block },
    ...texts.map((text): StreamPart => ({ type: 'reasoning-delta', choice: 0, block, text })),
    { type: 'reasoning-end', choice: 0, block, ...(signature !== undefined && { signature }) },
  ]);

const redactedBlock: fc.Arbitrary<BlockMaker> = word.map((redactedData) => (block) => [
  { type: 'reasoning-start', choice: 0, block },
  { type: 'reasoning-end', choice: 0, block, redactedData },
]);

/** Arguments are any text at all: what the model wrote must arrive byte for byte, valid JSON or not. */
const toolBlock: fc.Arbitrary<BlockMaker> = fc.tuple(word, word, pieces).map(([id, name, texts]) => (block) => [
  { type: 'tool-call-start', choice: 0, block, id, name },
  ...texts.map((argumentsText): StreamPart => ({ type: 'tool-call-delta', choice: 0, block, argumentsText })),
  { type: 'tool-call-end', choice: 0, block },
]);

export const arbitraryUsage: fc.Arbitrary<Usage> = fc.array(fc.nat(100_000), { minLength: 5, maxLength: 5 }).map(
  ([fresh, cached, written, spoken, reasoned]): Usage => ({
    promptTokens: fresh! + cached! + written!,
    completionTokens: spoken! + reasoned!,
    cachedPromptTokens: cached!,
    cacheWriteTokens: written!,
    reasoningTokens: reasoned!,
    estimated: false,
  }),
);

const finishReasons: readonly UnifiedFinishReason[] = ['stop', 'length', 'content-filter'];

export interface PartsOptions {
  /** Whether reasoning may occur; OpenAI's wire has no place for its signatures. */
  readonly signedReasoning: boolean;
}

/** A whole answer of one choice, in the order the vocabulary promises. With a tool call it finishes on `tool-calls`. */
export function arbitraryParts(options: PartsOptions): fc.Arbitrary<StreamPart[]> {
  const kinds = [textBlock, toolBlock, ...(options.signedReasoning ? [reasoningBlock, redactedBlock] : [])];
  return fc
    .record({
      id: word,
      makers: fc.array(fc.oneof(...kinds), { maxLength: 4 }),
      unified: fc.constantFrom(...finishReasons),
      usage: arbitraryUsage,
    })
    .map(({ id, makers, unified, usage }) => {
      const blocks = makers.flatMap((make, block) => make(block));
      const hasCall = blocks.some((part) => part.type === 'tool-call-start');
      return [
        { type: 'response-start', id, model: 'provider-model', createdUnixS: 0 },
        ...blocks,
        { type: 'finish', choice: 0, reason: { unified: hasCall ? 'tool-calls' : unified, raw: null } },
        { type: 'usage', usage },
      ];
    });
}
