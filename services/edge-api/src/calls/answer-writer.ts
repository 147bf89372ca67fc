import type { StreamPart } from '@gateway/domain';
import type { ClientChatCodec, ClientDialect, EncodeContext, StreamEncoder } from '@gateway/wire-formats';
import type { ClientOutput, ResponseHeaders } from './client-response';
import { WholeEvents } from './whole-events';

/** Writes one answer to the client in the client's wire, from the payloads of part frames. */
export interface AnswerWriter {
  /** What the client gets: a stream of events, a document at the end, or bytes as they come. */
  readonly form: 'events' | 'document' | 'bytes';
  begin(headers: ResponseHeaders): void;
  /** True when the client's socket took it all. */
  part(bytes: Uint8Array): boolean;
  end(): void;
  /** What was written last of a stream, for wires whose errors go on from there. */
  readonly sent?: Uint8Array | string;
}

export interface DocumentInput {
  readonly client: ClientOutput;
  /** Of an answer that is not JSON. */
  readonly contentType?: string;
}

export interface BytesInput {
  readonly client: ClientOutput;
  readonly contentType: string;
}

export interface PassthroughInput {
  readonly codec: ClientDialect;
  readonly client: ClientOutput;
}

export interface EncodingInput {
  readonly codec: ClientChatCodec;
  readonly context: EncodeContext;
  readonly client: ClientOutput;
}

/** The provider spoke the client's wire: bytes go through. */
export class PassthroughStreamWriter implements AnswerWriter {
  readonly form = 'events';
  sent: Uint8Array | undefined;
  private readonly events = new WholeEvents();

  constructor(private readonly input: PassthroughInput) {}

  begin(headers: ResponseHeaders): void {
    this.input.client.beginStream(headers);
  }

  part(bytes: Uint8Array): boolean {
    const whole = this.events.push(bytes);
    if (whole.length > 0) this.sent = whole;
    return this.input.client.write(whole);
  }

  end(): void {
    this.input.client.write(this.events.end());
    this.input.client.endStream(this.input.codec.streamTerminator);
  }
}

/** The provider spoke another wire: parts are encoded to the client's. */
export class EncodingStreamWriter implements AnswerWriter {
  readonly form = 'events';
  sent = '';
  private readonly encoder: StreamEncoder;

  constructor(private readonly input: EncodingInput) {
    this.encoder = input.codec.createStreamEncoder(input.context);
  }

  begin(headers: ResponseHeaders): void {
    this.input.client.beginStream(headers);
  }

  part(bytes: Uint8Array): boolean {
    let text = '';
    for (const part of parseParts(bytes)) text += this.encoder.push(part);
    if (text !== '') this.sent = text;
    return this.input.client.write(text);
  }

  end(): void {
    this.input.client.endStream(this.encoder.end());
  }
}

/** Sound and the like: bytes as they come. Nothing in them can say that something went wrong. */
export class BytesWriter implements AnswerWriter {
  readonly form = 'bytes';

  constructor(private readonly input: BytesInput) {}

  begin(headers: ResponseHeaders): void {
    this.input.client.beginStream(headers, this.input.contentType);
  }

  part(bytes: Uint8Array): boolean {
    return this.input.client.write(bytes);
  }

  end(): void {
    this.input.client.endStream('');
  }
}

/** A whole answer in the client's own wire. */
export class PassthroughBodyWriter implements AnswerWriter {
  readonly form = 'document';
  private headers: ResponseHeaders = {};
  private readonly pieces: Uint8Array[] = [];

  constructor(private readonly input: DocumentInput) {}

  begin(headers: ResponseHeaders): void {
    this.headers = headers;
  }

  part(bytes: Uint8Array): boolean {
    this.pieces.push(bytes);
    return true;
  }

  end(): void {
    const [only] = this.pieces;
    const document = this.pieces.length === 1 && only ? only : Buffer.concat(this.pieces);
    this.input.client.json(200, document, this.headers, this.input.contentType);
  }
}

/** A whole answer folded from parts. */
export class EncodingBodyWriter implements AnswerWriter {
  readonly form = 'document';
  private headers: ResponseHeaders = {};
  private readonly parts: StreamPart[] = [];

  constructor(private readonly input: EncodingInput) {}

  begin(headers: ResponseHeaders): void {
    this.headers = headers;
  }

  part(bytes: Uint8Array): boolean {
    this.parts.push(...parseParts(bytes));
    return true;
  }

  end(): void {
    const document = this.input.codec.encodeResponse(this.parts, this.input.context);
    this.input.client.json(200, JSON.stringify(document), this.headers);
  }
}

function parseParts(bytes: Uint8Array): StreamPart[] {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as StreamPart[];
}
