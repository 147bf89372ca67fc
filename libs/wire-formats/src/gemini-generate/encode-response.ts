import { NO_USAGE, type StreamPart, type TokenLogprob } from '@gateway/domain';
import type { EncodeContext } from '../chat-wire-codec';
import type { GeminiPart } from './encode-part';
import { encodeUsage } from './encode-usage';
import { finishReasonFor } from './finish-reason';
import { encodeLogprobs } from './logprobs';
import { PartWriter } from './part-writer';

class Candidate {
  readonly parts: GeminiPart[] = [];
  readonly writer = new PartWriter();
  readonly logprobs: TokenLogprob[] = [];
  finishReason = 'OTHER';

  /** Neighbours of a kind are one part; a signature belongs to what stands before it. */
  add(part: GeminiPart): void {
    const last = this.parts.at(-1);
    const continues =
      last !== undefined &&
      typeof last.text === 'string' &&
      typeof part.text === 'string' &&
      last.thought === part.thought &&
      last.thoughtSignature === undefined;
    if (!continues) this.parts.push({ ...part });
    else this.parts[this.parts.length - 1] = { ...part, text: `${last.text}${part.text}` };
  }
}

/** Parts → a whole GenerateContentResponse. */
export function encodeResponse(parts: readonly StreamPart[], context: EncodeContext): unknown {
  const candidates = new Map<number, Candidate>();
  let responseId = '';
  let usage = NO_USAGE;
  for (const part of parts) {
    if (part.type === 'response-start') responseId = part.id;
    else if (part.type === 'usage') usage = part.usage;
    else take(candidateOf(candidates, part.choice), part);
  }
  return {
    candidates: [...candidates].sort(([left], [right]) => left - right).map(([index, one]) => encode(index, one)),
    usageMetadata: encodeUsage(usage),
    modelVersion: context.model,
    responseId,
  };
}

function candidateOf(candidates: Map<number, Candidate>, choice: number): Candidate {
  const known = candidates.get(choice);
  if (known !== undefined) return known;
  const candidate = new Candidate();
  candidates.set(choice, candidate);
  return candidate;
}

function take(candidate: Candidate, part: Exclude<StreamPart, { readonly type: 'response-start' | 'usage' }>): void {
  if (part.type === 'finish') {
    candidate.finishReason = finishReasonFor(part.reason);
    for (const call of candidate.writer.end()) candidate.add(call);
    return;
  }
  if (part.type === 'text-delta' && part.logprobs) candidate.logprobs.push(...part.logprobs);
  const written = candidate.writer.push(part);
  if (written !== null) candidate.add(written);
}

function encode(index: number, { parts, finishReason, writer, logprobs }: Candidate): Record<string, unknown> {
  const told = logprobs.length > 0 && { logprobsResult: encodeLogprobs(logprobs) };
  return { content: { parts, role: 'model' }, finishReason, index, ...told, ...writer.beside() };
}
