import type { FinishReason, Usage } from '@gateway/domain';
import {
  type ChatWireCodec,
  MalformedResponse,
  type RelayOptions,
  SplitSseEvents,
  type StreamRelay,
} from '@gateway/wire-formats';
import type { AnswerReader } from './answer-reader';
import { WholeBody } from './whole-body';

const NOTHING: Uint8Array[] = [];

/** Client wire = provider wire, streamed: whole events go on as they came, those of one chunk as one payload. */
export class PassthroughStreamReader implements AnswerReader {
  readonly encoding = 'passthrough';
  private readonly splitter = new SplitSseEvents();
  private readonly relay: StreamRelay;

  constructor(codec: ChatWireCodec, options: RelayOptions) {
    this.relay = codec.createStreamRelay(options);
  }

  push(chunk: Buffer): Uint8Array[] {
    const events = this.splitter.push(chunk);
    if (events.length === 1 && events[0]) {
      const bytes = this.relay.push(events[0]);
      return bytes.length > 0 ? [bytes] : NOTHING;
    }
    const relayed = events.map((event) => this.relay.push(event)).filter((bytes) => bytes.length > 0);
    return relayed.length > 1 ? [Buffer.concat(relayed)] : relayed;
  }

  end(): Uint8Array[] {
    this.splitter.end();
    if (!this.relay.isComplete) throw new MalformedResponse('the stream ended before the provider said it was done');
    const last = this.relay.end?.();
    return last !== undefined && last.length > 0 ? [last] : NOTHING;
  }

  get hasContent(): boolean {
    return this.relay.hasContent;
  }

  get usage(): Usage | null {
    return this.relay.usage;
  }

  get finishReason(): FinishReason | null {
    return this.relay.finishReason;
  }

  get generatedBytes(): number {
    return this.relay.generatedBytes;
  }
}

/** Client wire = provider wire, whole answer. */
export class PassthroughBodyReader implements AnswerReader {
  readonly encoding = 'passthrough';
  private readonly body = new WholeBody();
  hasContent = false;
  usage: Usage | null = null;
  finishReason: FinishReason | null = null;
  generatedBytes = 0;

  constructor(
    private readonly codec: ChatWireCodec,
    private readonly options: RelayOptions,
  ) {}

  push(chunk: Buffer): Uint8Array[] {
    this.body.push(chunk);
    return NOTHING;
  }

  end(): Uint8Array[] {
    const answer = this.codec.relayResponse(this.body.bytes(), this.options);
    this.hasContent = true;
    this.usage = answer.usage;
    this.finishReason = answer.finishReason;
    this.generatedBytes = answer.bytes.length;
    return [answer.bytes];
  }
}
