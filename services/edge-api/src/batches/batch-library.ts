import type { Batch, BatchesDefinition, CreateBatchRequest, ListBatchesReply } from '@gateway/contracts';
import { type GatewayError, GatewayException } from '@gateway/domain';
import { type GrpcClient, isGrpcFault } from '@gateway/service-kit';
import type { Page } from '../lists/read-page';

export type BatchesClient = Omit<GrpcClient<typeof BatchesDefinition>, 'close'>;

/** Batches as their owners see them. They are the ledger service's. */
export class BatchLibrary {
  constructor(
    private readonly client: BatchesClient,
    /** There is work to do. */
    private readonly onWork: () => void,
  ) {}

  async create(batch: CreateBatchRequest): Promise<Batch> {
    const { inputFileId } = batch;
    const created = await asking(
      { message: `There is no file '${inputFileId.slice(0, 100)}'.`, param: 'input_file_id' },
      () => this.client.createBatch(batch),
    );
    this.onWork();
    return created;
  }

  get(owner: string, id: string): Promise<Batch> {
    return asking(missing(id), () => this.client.getBatch({ owner, id }));
  }

  list(owner: string, { limit, after = '' }: Page): Promise<ListBatchesReply> {
    return this.client.listBatches({ owner, limit, after });
  }

  async cancel(owner: string, id: string): Promise<Batch> {
    const cancelled = await asking(missing(id), () => this.client.cancelBatch({ owner, id }));
    this.onWork();
    return cancelled;
  }
}

type Missing = Pick<GatewayError, 'message' | 'param'>;

function missing(id: string): Missing {
  return { message: `There is no batch '${id.slice(0, 100)}'.`, param: 'batch_id' };
}

async function asking<Answer>(absent: Missing, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!isGrpcFault(error) || error.code !== 'NOT_FOUND') throw error;
    throw new GatewayException({ code: 'not_found', ...absent });
  }
}
