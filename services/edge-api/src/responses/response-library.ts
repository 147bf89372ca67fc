import type {
  DeleteResponseReply,
  DeleteResponseRequest,
  GetResponsesReply,
  GetResponsesRequest,
  PutResponseReply,
  PutResponseRequest,
  StoredResponse,
} from '@gateway/contracts';
import type { GatewayError } from '@gateway/domain';
import { isGrpcFault } from '@gateway/service-kit';
import type { Logger } from '@gateway/telemetry';
import { inputItemsOf, itemsToGoOnFrom, type StoredItem } from '@gateway/wire-formats';

/** The ledger's `StoredResponses` as the edge uses it. */
export interface StoredResponsesClient {
  putResponse(request: PutResponseRequest, options?: { readonly deadlineMs: number }): Promise<PutResponseReply>;
  getResponses(request: GetResponsesRequest): Promise<GetResponsesReply>;
  deleteResponse(request: DeleteResponseRequest): Promise<DeleteResponseReply>;
}

/** One call whose answer is to be kept. */
export interface KeptTurn {
  readonly owner: string;
  readonly previousId: string | null;
  /** The client's own body, without what came before. */
  readonly body: Buffer;
  /** Makes ids of the input's items. */
  readonly key: string;
}

export type Document = Record<string, unknown>;

export interface ReadResponse {
  readonly document: Document;
  /** All that the model was given: what was said before, and the call's own input. Oldest first. */
  readonly input: readonly StoredItem[];
}

export type ReadOutcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: GatewayError };

export interface ResponseLibraryParts {
  readonly client: StoredResponsesClient;
  readonly logger: Logger;
  readonly counts: Readonly<Record<'kept' | 'failed', { increment(): void }>>;
}

/** An answer waits for it, so that a call which goes on from it finds it, through whichever edge. */
const PUT_DEADLINE_MS = 5_000;
/** Turns of one conversation. */
const DEPTH = 1_000;

/** Keeps responses and finds them again. What is kept is the ledger service's; this edge may be gone at any time. */
export class ResponseLibrary {
  private readonly pending = new Set<Promise<unknown>>();

  constructor(private readonly parts: ResponseLibraryParts) {}

  /** Never rejects: an answer that cannot be kept is an answer. Resolves with the document as it was kept. */
  async keep(turn: KeptTurn, answer: Document): Promise<Document> {
    const document: Document = { ...answer, previous_response_id: turn.previousId, store: true };
    const storing = this.put(turn, document);
    this.pending.add(storing);
    try {
      await storing;
      this.parts.counts.kept.increment();
    } catch (error) {
      this.parts.counts.failed.increment();
      this.parts.logger.warn({ error, response_id: document.id }, 'a response could not be stored');
    } finally {
      this.pending.delete(storing);
    }
    return document;
  }

  /** Resolves when everything that was to be kept is, or has failed. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.pending]);
  }

  async read(owner: string, id: string): Promise<ReadOutcome<ReadResponse>> {
    const found = await this.find(owner, id);
    if (!found.ok) return found;
    const [own, ...before] = found.value.responses;
    if (!own) return { ok: false, error: missing(id) };
    const input = [...before.reverse().flatMap(wholeTurn), ...jsonList(own.inputJson)] as StoredItem[];
    return { ok: true, value: { document: documentOf(own), input } };
  }

  /** What was said up to and with this response, as input of the next call. */
  async contextOf(owner: string, id: string): Promise<ReadOutcome<readonly StoredItem[]>> {
    const found = await this.find(owner, id);
    if (!found.ok) return { ok: false, error: { ...found.error, param: 'previous_response_id' } };
    const { responses, whole } = found.value;
    if (!whole) return { ok: false, error: BROKEN };
    return { ok: true, value: itemsToGoOnFrom(responses.reverse().flatMap(wholeTurn)) };
  }

  async delete(owner: string, id: string): Promise<GatewayError | null> {
    try {
      await this.parts.client.deleteResponse({ owner, id });
      return null;
    } catch (error) {
      return errorOf(error, id);
    }
  }

  private async put({ owner, previousId, body, key }: KeptTurn, document: Document): Promise<void> {
    const { input } = JSON.parse(body.toString('utf8')) as { input: unknown };
    const response = {
      id: String(document.id),
      previousId: previousId ?? '',
      responseJson: Buffer.from(JSON.stringify(document)),
      inputJson: Buffer.from(JSON.stringify(inputItemsOf(input, key))),
    };
    await this.parts.client.putResponse({ owner, response }, { deadlineMs: PUT_DEADLINE_MS });
  }

  private async find(owner: string, id: string): Promise<ReadOutcome<GetResponsesReply>> {
    try {
      return { ok: true, value: await this.parts.client.getResponses({ owner, id, depth: DEPTH }) };
    } catch (error) {
      return { ok: false, error: errorOf(error, id) };
    }
  }
}

function wholeTurn(stored: StoredResponse): unknown[] {
  const { output } = documentOf(stored);
  return [...jsonList(stored.inputJson), ...(Array.isArray(output) ? (output as unknown[]) : [])];
}

function documentOf({ responseJson }: StoredResponse): Document {
  return JSON.parse(Buffer.from(responseJson).toString('utf8')) as Document;
}

function jsonList(json: Uint8Array): unknown[] {
  return JSON.parse(Buffer.from(json).toString('utf8')) as unknown[];
}

function missing(id: string): GatewayError {
  return { code: 'not_found', message: `Response with id '${id.slice(0, 100)}' not found.`, param: 'response_id' };
}

const BROKEN: GatewayError = {
  code: 'not_found',
  message: 'An earlier response of this conversation was deleted or has expired; send the items of the conversation.',
  param: 'previous_response_id',
};

function errorOf(error: unknown, id: string): GatewayError {
  if (!isGrpcFault(error)) throw error;
  if (error.code === 'NOT_FOUND') return missing(id);
  if (error.code === 'RESOURCE_EXHAUSTED') {
    return {
      code: 'payload_too_large',
      message: 'The stored conversation is too large to go on from; send the items that matter.',
      param: 'response_id',
    };
  }
  return { code: 'service_unavailable', message: 'Stored responses cannot be reached now.', retryAfterMs: 1_000 };
}
