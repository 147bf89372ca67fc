import { NO_USAGE, type StreamPart, type TokenLogprob, type Usage } from '@gateway/domain';
import type { EncodeContext, StreamEncoder } from '../chat-wire-codec';
import type { GeminiPart } from './encode-part';
import { encodeUsage } from './encode-usage';
import { finishReasonFor } from './finish-reason';
import { encodeLogprobs } from './logprobs';
import { PartWriter } from './part-writer';

export function createStreamEncoder(context: EncodeContext): StreamEncoder {
  return new GenerateStreamEncoder(context.model);
}

/** As the API writes its events. */
export function sseData(document: string): string {
  return `data: ${document}\r\n\r\n`;
}

/** The wire has no terminator: the last chunk says why each candidate ended, and the usage. */
class GenerateStreamEncoder implements StreamEncoder {
  readonly #writers = new Map<number, PartWriter>();
  readonly #finished: Record<string, unknown>[] = [];
  #usage: Usage = NO_USAGE;
  #tail: string;

  constructor(private readonly model: string) {
    this.#tail = this.#tailFor('');
  }

  push(part: StreamPart): string {
    switch (part.type) {
      case 'response-start':
        this.#tail = this.#tailFor(part.id);
        return '';
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'finish':
        return this.#finish(part);
      default: {
        const written = this.#writerOf(part.choice).push(part);
        if (written === null) return '';
        return this.#chunk(part.choice, written, part.type === 'text-delta' ? part.logprobs : undefined);
      }
    }
  }

  end(): string {
    if (this.#finished.length === 0) throw new Error('a stream without a finish must end in an error');
    const candidates = this.#finished.map((one) => ({ content: { parts: [{ text: '' }], role: 'model' }, ...one }));
    const usage = JSON.stringify(encodeUsage(this.#usage));
    return sseData(`{"candidates":${JSON.stringify(candidates)},"usageMetadata":${usage},${this.#tail}}`);
  }

  #finish({ choice, reason }: Extract<StreamPart, { type: 'finish' }>): string {
    const writer = this.#writerOf(choice);
    this.#finished.push({ index: choice, finishReason: finishReasonFor(reason), ...writer.beside() });
    return writer
      .end()
      .map((one) => this.#chunk(choice, one))
      .join('');
  }

  /** The one event written per token, so it is put together by hand. */
  #chunk(choice: number, part: GeminiPart, logprobs?: readonly TokenLogprob[]): string {
    const content = `{"parts":[${JSON.stringify(part)}],"role":"model"}`;
    const told = logprobs ? `,"logprobsResult":${JSON.stringify(encodeLogprobs(logprobs))}` : '';
    return sseData(`{"candidates":[{"content":${content},"index":${choice}${told}}],${this.#tail}}`);
  }

  #tailFor(responseId: string): string {
    return `"modelVersion":${JSON.stringify(this.model)},"responseId":${JSON.stringify(responseId)}`;
  }

  #writerOf(choice: number): PartWriter {
    const known = this.#writers.get(choice);
    if (known !== undefined) return known;
    const writer = new PartWriter();
    this.#writers.set(choice, writer);
    return writer;
  }
}
