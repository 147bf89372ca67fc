import type { Usage } from '@gateway/domain';
import type { OperationReader, ProviderResponseHead } from '@gateway/provider-kit';
import { MalformedResponse, type MediaAnswer, parseAnswer, parseSseEvent, SplitSseEvents } from '@gateway/wire-formats';

/** Largest answer that is read whole: ten large pictures as base64. */
const MOST_ANSWER_BYTES = 128 * 1024 * 1024;
/** A large picture is one event. */
const MOST_EVENT_BYTES = 32 * 1024 * 1024;
const NOTHING: Uint8Array[] = [];

type Kind = keyof Omit<MediaAnswer, 'beforehand'>;

/**
 * Passes an answer of OpenAI's media wire through as it came, and reads it for the books. What it is, its content type
 * says: a model that cannot stream answers a call for a stream with a document.
 */
export class MediaAnswerReader implements OperationReader {
  hasContent = false;
  usage: Usage | null;
  generatedBytes = 0;
  contentType: string | undefined;
  private kind: Kind | null = null;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private readonly splitter = new SplitSseEvents(MOST_EVENT_BYTES);
  private isComplete = false;

  constructor(private readonly answer: MediaAnswer) {
    this.usage = answer.beforehand;
  }

  /** @throws MalformedResponse for a content type that this operation has no answers of. */
  onHead({ headers }: ProviderResponseHead): void {
    const given = headers['content-type'] ?? '';
    this.kind = kindOf(given.toLowerCase());
    if (this.kind === null || this.answer[this.kind] === undefined)
      throw new MalformedResponse(`the provider answered with '${given || 'no content type'}'`);
    if (this.kind !== 'event') this.contentType = given;
  }

  push(chunk: Buffer): Uint8Array[] {
    this.size += chunk.length;
    if (this.kind === 'binary') {
      this.hasContent ||= chunk.length > 0;
      return chunk.length > 0 ? [chunk] : NOTHING;
    }
    if (this.kind === 'event') return this.relay(chunk);
    if (this.size > MOST_ANSWER_BYTES)
      throw new MalformedResponse(`the answer is larger than ${MOST_ANSWER_BYTES} bytes`);
    this.chunks.push(chunk);
    return NOTHING;
  }

  end(): Uint8Array[] {
    if (this.kind === 'event') {
      this.splitter.end();
      if (!this.isComplete) throw new MalformedResponse('the stream ended before the provider said it was done');
      return NOTHING;
    }
    if (this.size === 0) throw new MalformedResponse('the provider answered with nothing');
    if (this.kind === 'binary') {
      this.usage = this.answer.binary?.(this.size) ?? this.usage;
      return NOTHING;
    }
    const body = Buffer.concat(this.chunks, this.size);
    this.usage = this.usageOf(body);
    this.hasContent = true;
    return [body];
  }

  private usageOf(body: Buffer): Usage | null {
    const text = body.toString('utf8');
    if (this.kind === 'text') return this.answer.text?.(text) ?? null;
    return this.answer.document?.(parseAnswer(text)) ?? null;
  }

  private relay(chunk: Buffer): Uint8Array[] {
    const events = this.splitter.push(chunk);
    for (const event of events) this.observe(event);
    if (events.length > 0) this.hasContent = true;
    return events.length > 1 ? [Buffer.concat(events)] : [...events];
  }

  private observe(bytes: Buffer): void {
    const event = parseSseEvent(bytes);
    if (event === null) return;
    if (event.data.trim() === '[DONE]') {
      this.isComplete = true;
      return;
    }
    const data = parseAnswer(event.data);
    const type = typeof data.type === 'string' ? data.type : event.event;
    const said = this.answer.event?.(type, data);
    if (!said) return;
    this.isComplete ||= said.isLast;
    this.generatedBytes += said.generatedBytes ?? 0;
    if (said.usage) this.usage = said.usage;
  }
}

function kindOf(contentType: string): Kind | null {
  if (contentType.startsWith('text/event-stream')) return 'event';
  if (/^application\/([a-z.+-]+\+)?json\b/.test(contentType)) return 'document';
  if (contentType.startsWith('text/html')) return null;
  if (contentType.startsWith('text/') || contentType.startsWith('application/x-subrip')) return 'text';
  if (/^(audio|image|video)\//.test(contentType)) return 'binary';
  return contentType.startsWith('application/octet-stream') ? 'binary' : null;
}
