import type { Fault } from '../faults/fault';

/** A request turned away, in words every vendor has: each writes it in its own error document. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
  readonly retryAfterS?: number;
  /** The machine-readable part of an error (Anthropic, Google). */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Accepted<Value> {
  readonly value: Value;
}

export type Checked<Value> = Accepted<Value> | { readonly refusal: Refusal };

/** A chat request that its vendor would take. */
export interface ChatCall {
  readonly model: string;
  readonly stream: boolean;
  /** `sequence` numbers the calls since the last reset and makes the id unique; the answer does not depend on it. */
  answer(fault: Fault, sequence: number): PreparedAnswer;
}

/** One answer, ready to be sent whole or as a stream. */
export interface PreparedAnswer {
  readonly id: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
  /** What is billed besides tokens. */
  readonly units?: Readonly<Record<string, number>>;
  /** Beside those that every answer of the vendor has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the body, when it is not what a whole answer or a stream usually is. */
  readonly contentType?: string;
  /** True when a call that asked for no stream is answered in pieces all the same: sound. */
  readonly isPiecemeal?: boolean;
  whole(): string;
  emissions(): Iterable<Emission>;
  /** The vendor's error event inside a stream. */
  errorEvent(code: string | undefined): string | Buffer;
  /** For vendors whose streams are no server-sent events. */
  readonly streamFormat?: StreamFormat;
}

export interface StreamFormat {
  readonly contentType: string;
  /** One event that is not what the vendor promises. */
  readonly malformedEvent: string | Buffer;
}

/** One server-sent event. A `content` event carries exactly one token (Gemini's whole calls: all of theirs), a `frame` may stand for hidden ones. */
export interface Emission {
  readonly phase: 'frame' | 'content' | 'finish';
  /** What goes to the socket; bytes where the answer is no text; empty for tokens nobody sees. */
  readonly text: string | Buffer;
  readonly tokens: number;
}

/** What a vendor has in the path instead of the body. */
export interface ChatTarget {
  readonly model: string;
  readonly stream: boolean;
}

export interface ChatResource {
  readonly type: 'chat';
  /** For vendors whose bodies have no model. */
  readonly target?: ChatTarget;
  /** For vendors whose path has the word, whatever model the body names. */
  readonly model?: string;
  /** For a call without a body: what stands in for it. */
  readonly body?: object;
  /** For a call that is billed like chat and is not: how its body is read. */
  readonly read?: VendorWire['readChat'];
}

export type VendorResource =
  | ChatResource
  | { readonly type: 'count-tokens' | 'models' }
  | { readonly type: 'model'; readonly id: string };

export interface SignInRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: string | null;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallerRequest {
  readonly method: string;
  /** As it came, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface SignInAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly document?: unknown;
  readonly xml?: string;
}

/** All that differs between the emulated vendors. */
export interface VendorWire {
  readonly defaultModels: readonly string[];
  /** Null when the vendor has no such path. */
  resource(method: string, path: string, query: URLSearchParams): VendorResource | null;
  /** Answers a sign-in, for vendors that have one; null for every other request. */
  answerSignIn?(request: SignInRequest): SignInAnswer | null;
  /** The code of an unknown model, where it is not the usual one of 404. */
  readonly missingModelCode?: string;
  /** `request` is for vendors whose callers sign all of it. */
  refuseCaller(headers: Readonly<Record<string, string>>, request: CallerRequest): Refusal | null;
  readChat(body: unknown, rejectUnknownFields: boolean, target?: ChatTarget): Checked<ChatCall>;
  /** The document that answers a count request. */
  readTokenCount(body: unknown, rejectUnknownFields: boolean): Checked<object>;
  modelList(models: readonly string[]): unknown;
  modelDocument(id: string): unknown;
  /** The refusal the vendor sends with this status when nothing better is known. */
  refusalForStatus(status: number, code: string | undefined): Refusal;
  errorDocument(refusal: Refusal, requestId: string): unknown;
  responseHeaders(requestId: string): Record<string, string>;
  /** For vendors who name the error in a header. */
  errorHeaders?(refusal: Refusal): Record<string, string>;
}
