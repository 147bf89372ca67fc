import {
  type DeleteResponseReply,
  type DeleteResponseRequest,
  type GetResponsesReply,
  type GetResponsesRequest,
  type PutResponseReply,
  type PutResponseRequest,
  StoredResponsesDefinition,
} from '@gateway/contracts';
import {
  answeringFaults,
  bindGrpc,
  GrpcFault,
  type GrpcImplementation,
  type GrpcServiceBinding,
  INTERNAL_CALLERS,
} from '@gateway/service-kit';

import { isPlainId } from '../is-plain-id';

import type { ResponseStore } from './response-store';

/** A gRPC message holds 4 MB; this leaves room for what is around the documents. */
export const MOST_STORED_BYTES = 3 * 1024 * 1024 + 512 * 1024;

/** gRPC `StoredResponses`: responses that clients asked to have kept. */
export class ResponsesRpc implements GrpcImplementation<typeof StoredResponsesDefinition> {
  constructor(private readonly store: ResponseStore) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(StoredResponsesDefinition, this, INTERNAL_CALLERS);
  }

  async putResponse({ owner, response }: PutResponseRequest): Promise<PutResponseReply> {
    if (!response || owner === '' || !isPlainId(response.id)) {
      throw new GrpcFault('INVALID_ARGUMENT', 'a stored response needs an owner and an id', 'id');
    }
    if (response.responseJson.length + response.inputJson.length > MOST_STORED_BYTES) {
      throw new GrpcFault('INVALID_ARGUMENT', `a stored response has at most ${MOST_STORED_BYTES} bytes`, 'response');
    }
    await answeringFaults(() =>
      this.store.put(owner, {
        id: response.id,
        previous_id: response.previousId === '' ? null : response.previousId,
        response: Buffer.from(response.responseJson),
        input: Buffer.from(response.inputJson),
      }),
    );
    return {};
  }

  async getResponses({ owner, id, depth }: GetResponsesRequest): Promise<GetResponsesReply> {
    const bytes = isPlainId(id) ? await answeringFaults(() => this.store.measure(owner, id, depth)) : null;
    if (bytes === null) throw NOT_FOUND;
    if (bytes > MOST_STORED_BYTES) {
      throw new GrpcFault('RESOURCE_EXHAUSTED', 'the conversation is too large to go on from', 'id');
    }
    const rows = await answeringFaults(() => this.store.chain(owner, id, depth));
    const oldest = rows.at(-1);
    if (!oldest) throw NOT_FOUND;
    return {
      responses: rows.map((row) => ({
        id: row.id,
        previousId: row.previous_id ?? '',
        responseJson: row.response,
        inputJson: row.input,
      })),
      whole: oldest.previous_id === null,
    };
  }

  async deleteResponse({ owner, id }: DeleteResponseRequest): Promise<DeleteResponseReply> {
    if (!isPlainId(id) || !(await answeringFaults(() => this.store.delete(owner, id)))) throw NOT_FOUND;
    return {};
  }
}

const NOT_FOUND = new GrpcFault('NOT_FOUND', 'there is no such response');
