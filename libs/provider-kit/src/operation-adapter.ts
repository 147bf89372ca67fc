import type { Deployment, ProviderFailure, Usage } from '@gateway/domain';
import type { ProviderCall, ProviderResponseHead, ProviderTarget } from './chat-adapter';

/** What a client asked of an operation, and of which deployment. */
export interface OperationInput {
  /** The client's body as it came, in the operation's client wire; the edge has checked it. */
  readonly body: Uint8Array;
  /** Of the body, where it is not JSON. */
  readonly contentType?: string;
  /** Where the model stands in a JSON body; left out when the body has fields that are for the gateway. */
  readonly spans?: { readonly model: readonly [start: number, end: number] };
  /** The name the client used; answers that name a model have this one. */
  readonly requestedModel: string;
  /** The model's name at the provider. */
  readonly providerModel: string;
  readonly stream: boolean;
  /** As `ChatCallOptions.nowUnixMs`. */
  readonly nowUnixMs?: number;
  readonly deployment: Pick<Deployment, 'defaultParams' | 'extraBody' | 'dropParams'>;
  /** The client's own, allow-listed. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
}

export interface PreparedOperation {
  readonly call: ProviderCall;
  readonly reader: OperationReader;
  /** What the content type of a streamed answer contains; absent where the answer is read whole. */
  readonly streamContentType?: string;
}

/** One provider's way of doing one operation: both ways between the client's wire and its own; it never does I/O. */
export interface OperationAdapter {
  /** For operations that only some of the provider's models do, or not in this way; absent means all. By the model's name there. */
  serves?(providerModel: string): boolean;
  /** For embeddings of providers that take `task_type` and `title`, as Google's clients say them. */
  readonly knowsTaskTypes?: boolean;
  /** @throws GatewayException when the provider cannot express the request. */
  prepare(target: ProviderTarget, input: OperationInput): PreparedOperation;
  /** As `ChatAdapter.classifyError`. */
  classifyError(head: ProviderResponseHead, body: string): ProviderFailure;
}

/** The bytes of one provider answer → those of the client's answer. One per call. */
export interface OperationReader {
  /** Of the client's answer when that is not its wire's JSON or event stream; asked for once there is content. */
  readonly contentType?: string;
  /** The head of an answer that is no error, before its first byte. @throws MalformedResponse */
  onHead?(head: ProviderResponseHead): void;
  /** @throws MalformedResponse, ProviderStreamError */
  push(chunk: Buffer): Uint8Array[];
  /** The answer is over. @throws MalformedResponse when it may not end here. */
  end(): Uint8Array[];
  /** True once there is something for the client: from then on there is success or one error. */
  readonly hasContent: boolean;
  readonly usage: Usage | null;
  /** Bytes of generated text so far, for estimating what a cut answer cost. */
  readonly generatedBytes: number;
}
