import type {
  ChatCallWire,
  ChatRequest,
  ChatWire,
  ClientChatWire,
  FinishReason,
  GatewayError,
  ModelCapability,
  StreamPart,
  Usage,
} from '@gateway/domain';
import type { AnswerMeter } from './answer-cost/answer-meter';
import type { ClientDialect } from './client-dialect';
import type { SseEvent } from './sse/sse-event';
import type { StreamFraming } from './stream-framing';

/**
 * What it takes to call a provider that speaks a wire, as pure functions over plain values: no HTTP, no clock, no
 * logging.
 */
export interface ProviderWireCodec {
  readonly wire: ChatWire;

  readonly framing: StreamFraming;

  /**
   * Hub → provider body. What this wire cannot express is listed in `dropped` when `dropParams`, else refused.
   * @throws GatewayException `unsupported_parameter` naming the client's field.
   */
  encodeRequest(request: ChatRequest, options: EncodeRequestOptions): EncodedRequest;

  /**
   * Configured fields that OpenAI's wire has no word for → where this wire has them; absent where that is the top level.
   */
  placeConfiguredFields?(fields: Readonly<Record<string, unknown>>): Record<string, unknown>;

  /**
   * A provider's whole (not streamed) answer → the same parts a stream would give.
   * @throws MalformedResponse; ProviderStreamError when it is an error under a 2xx status.
   */
  decodeResponse(body: unknown): StreamPart[];

  createStreamDecoder(): StreamDecoder;
}

/** A wire that clients speak to us: what they ask → hub, and parts → what they are answered. */
export interface ClientChatCodec extends ClientDialect {
  readonly wire: ChatCallWire;

  /**
   * Checks a client's parsed body. Strict about the type and range of fields the wire defines, lenient about fields
   * it does not know. Returns the fault with the path of the field instead of throwing.
   */
  validateRequest(body: unknown, called?: CalledInPath): RequestCheck;

  /** Client body → hub. Call only after `validateRequest` accepted it. */
  decodeRequest(body: unknown, called?: CalledInPath): ChatRequest;

  /** Parts → the client's whole answer. */
  encodeResponse(parts: readonly StreamPart[], context: EncodeContext): unknown;

  createStreamEncoder(context: EncodeContext): StreamEncoder;
}

/** A wire that clients and providers speak: both ways of everything, and the relay where both sides speak it. */
export interface ChatWireCodec extends ProviderWireCodec, ClientChatCodec {
  readonly wire: ClientChatWire;

  /** Same wire on both sides: relays a stream's own bytes. */
  createStreamRelay(options: RelayOptions): StreamRelay;
  /**
   * Same wire on both sides: relays a whole answer's own bytes.
   * @throws MalformedResponse; ProviderStreamError when it is an error under a 2xx status.
   */
  relayResponse(body: Uint8Array, options: RelayOptions): RelayedResponse;
}

/** For wires whose body does not say what is called, and how: their path does. */
export interface CalledInPath {
  readonly model: string;
  readonly stream: boolean;
}

export type RequestCheck =
  | {
      readonly ok: true;
      /** Empty where the wire lets a client leave it out, and it did: then the gateway chooses. */
      readonly model: string;
      readonly stream: boolean;
      readonly tools: boolean;
      readonly images: boolean;
      readonly maxOutputTokens?: number;
      /** What the model must be able to do beside that; absent when nothing. */
      readonly needs?: readonly ModelCapability[];
      /** Only deployments of this version of the model; on wires that can say so. */
      readonly modelVersion?: string;
      /** Answers asked for at once, where not one. */
      readonly choices?: number;
      /** True when the client asked for a usage chunk (or the wire always has one). */
      readonly wantsUsage: boolean;
      /** Fields that answers repeat, on wires where they do: for `EncodeContext.echo`. */
      readonly echo?: Readonly<Record<string, unknown>>;
      /** Only of wires whose answers can be kept, and gone on from by their id. */
      readonly keeping?: {
        readonly store: boolean;
        readonly previousId?: string;
        /** To items of stored answers, which have to be put in their places before anything else. */
        readonly refers?: true;
      };
    }
  | { readonly ok: false; readonly error: GatewayError };

export interface EncodeRequestOptions {
  /** The model's name at the provider. */
  readonly model: string;
  readonly dropParams: boolean;
  /** Used where the wire demands a limit the client did not give (Anthropic's `max_tokens`). */
  readonly defaultMaxOutputTokens: number;
  /** On OpenAI's chat wire: the provider takes Anthropic's marks of what is to be cached. */
  readonly cacheMarks?: boolean;
  /** On OpenAI's chat wire: the provider takes thoughts back that nobody has signed, whoever's client returns them. */
  readonly thoughts?: boolean;
}

export interface EncodedRequest {
  readonly body: Record<string, unknown>;
  readonly dropped: readonly string[];
}

export interface EncodeContext {
  /** The model name the client asked for. */
  readonly model: string;
  /** OpenAI streams only carry usage when asked. */
  readonly wantsUsage: boolean;
  /** Makes the answer's id, on wires that have ids of their own; unique among all answers. */
  readonly answerId?: string;
  readonly echo?: Readonly<Record<string, unknown>>;
  /** On wires whose answers always say what they cost. */
  readonly meter?: AnswerMeter;
}

/** Provider events in, parts out. Stateful, one per stream. */
export interface StreamDecoder {
  /** @throws MalformedResponse when the event is not what the wire promises; ProviderStreamError on an error event. */
  push(event: SseEvent): StreamPart[];
  /** Call at end of input. @throws MalformedResponse when the stream had not come to its proper end. */
  end(): StreamPart[];
}

/** Parts in, client SSE text out. Stateful, one per stream. */
export interface StreamEncoder {
  push(part: StreamPart): string;
  /** The success terminator; only after a `finish` part. */
  end(): string;
}

export interface RelayOptions {
  /** Written over the provider's model name. */
  readonly model: string;
  readonly wantsUsage: boolean;
}

/**
 * Relays whole SSE events of the provider without decoding more than is acted on: the model name is spliced, usage and
 * finish reason are read, the usage chunk is withheld if nobody asked for it, the terminator is withheld (the edge
 * writes its own after an `end` frame).
 */
export interface StreamRelay {
  /**
   * One event's bytes as they came, blank line included → the bytes to send on (empty when withheld).
   * @throws ProviderStreamError when the event is the provider's error.
   * @throws MalformedResponse when its data is not JSON.
   */
  push(event: Uint8Array): Uint8Array;
  /** Once the body is over: what is to be said last, on wires whose terminator only the provider can write. */
  end?(): Uint8Array;
  /** True once an event carried content (text, reasoning, refusal, tool call) or a finish: the commit point. */
  readonly hasContent: boolean;
  /** True once the provider said it is done in the wire's own way. EOF before this is an interruption. */
  readonly isComplete: boolean;
  readonly usage: Usage | null;
  readonly finishReason: FinishReason | null;
  /** Bytes of generated text seen, for estimating tokens when the stream is cut before its usage. */
  readonly generatedBytes: number;
}

export interface RelayedResponse {
  readonly bytes: Uint8Array;
  readonly usage: Usage | null;
  readonly finishReason: FinishReason | null;
}
