import { type FinishReason, isRecord, type Usage } from '@gateway/domain';
import { streamErrorOf } from './classify-stream-error';
import { decodeUsage } from './decode-usage';
import { finishReasonOf } from './finish-reason';

/** What is to be known of an answer whose bytes are passed through, in one chunk or in many. */
export class AnswerObserver {
  hasContent = false;
  usage: Usage | null = null;
  finishReason: FinishReason | null = null;
  generatedBytes = 0;
  readonly #open = new Set<unknown>();
  #hasCandidates = false;
  #hasCalls = false;

  /** A refused prompt is an answer on this wire; otherwise every candidate has said why it ended. */
  get isComplete(): boolean {
    return this.finishReason !== null && this.#open.size === 0;
  }

  get hasAnswer(): boolean {
    return this.#hasCandidates || this.finishReason !== null;
  }

  /** @throws ProviderStreamError when it is an error. */
  take(chunk: Readonly<Record<string, unknown>>): void {
    if (chunk.error !== undefined) throw streamErrorOf(chunk);
    if (isRecord(chunk.usageMetadata)) this.usage = decodeUsage(chunk.usageMetadata);
    const { promptFeedback, candidates } = chunk;
    if (isRecord(promptFeedback) && typeof promptFeedback.blockReason === 'string') {
      this.hasContent = true;
      this.finishReason = { unified: 'content-filter', raw: promptFeedback.blockReason };
    }
    if (!Array.isArray(candidates)) return;
    candidates.forEach((candidate: unknown, position) => {
      if (isRecord(candidate)) this.#takeCandidate(candidate, position);
    });
  }

  #takeCandidate(candidate: Readonly<Record<string, unknown>>, position: number): void {
    this.#hasCandidates = true;
    const index = candidate.index ?? position;
    const { content, finishReason } = candidate;
    const parts = isRecord(content) && Array.isArray(content.parts) ? content.parts : [];
    for (const part of parts) if (isRecord(part)) this.#takePart(part);
    if (typeof finishReason === 'string' && finishReason !== 'FINISH_REASON_UNSPECIFIED') {
      this.#open.delete(index);
      this.hasContent = true;
      this.finishReason ??= finishReasonOf(finishReason, this.#hasCalls);
    } else if (this.finishReason === null) this.#open.add(index);
  }

  #takePart(part: Readonly<Record<string, unknown>>): void {
    if (typeof part.text === 'string') {
      this.generatedBytes += Buffer.byteLength(part.text);
      this.hasContent ||= part.text !== '';
      return;
    }
    this.hasContent = true;
    if (!isRecord(part.functionCall)) return;
    this.#hasCalls = true;
    this.generatedBytes += JSON.stringify(part.functionCall).length;
  }
}
