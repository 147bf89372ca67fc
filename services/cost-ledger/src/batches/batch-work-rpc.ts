import {
  type Batch,
  BatchFile,
  type BatchLease,
  type BatchStanding,
  BatchWorkDefinition,
  type BeginBatchWorkRequest,
  type BeginFinalizingRequest,
  type CommitResultsRequest,
  type EndBatchRequest,
  FILE_PIECE_BYTES,
  type FilePiece,
  type LeaseBatchReply,
  type LeaseBatchRequest,
  type PutResultPieceReply,
  type PutResultPieceRequest,
  type ReadBatchPieceRequest,
  type ReleaseLeaseReply,
  type RenewLeaseRequest,
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
import { safeInteger } from '../safe-integer';
import { sqlText } from '../sql-values';
import { messageFromRow } from './batch-row';
import type { BatchWorkStore, FileColumn, LeasedRow } from './batch-work-store';

const OUTCOMES: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'expired']);
const LONGEST_LEASE_MS = 600_000;

const COLUMN_OF_FILE: Readonly<Partial<Record<BatchFile, FileColumn>>> = {
  [BatchFile.BATCH_FILE_INPUT]: 'input_file_id',
  [BatchFile.BATCH_FILE_OUTPUT]: 'output_file_id',
  [BatchFile.BATCH_FILE_ERRORS]: 'error_file_id',
};

/** gRPC `BatchWork`: what those do who work on batches, each under a lease. */
export class BatchWorkRpc implements GrpcImplementation<typeof BatchWorkDefinition> {
  constructor(private readonly store: BatchWorkStore) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(BatchWorkDefinition, this, INTERNAL_CALLERS);
  }

  async leaseBatch({ holder, leaseMs }: LeaseBatchRequest): Promise<LeaseBatchReply> {
    const row = await answeringFaults(() => this.store.lease(sqlText(holder), checkedLeaseMs(leaseMs)));
    return row === null ? {} : { leased: describeLeased(row) };
  }

  async renewLease({ lease, leaseMs }: RenewLeaseRequest): Promise<BatchStanding> {
    return held(await answeringFaults(() => this.store.renew(checkedLease(lease), checkedLeaseMs(leaseMs))));
  }

  async releaseLease(lease: BatchLease): Promise<ReleaseLeaseReply> {
    await answeringFaults(() => this.store.release(checkedLease(lease)));
    return {};
  }

  async readBatchPiece({ lease, file, number }: ReadBatchPieceRequest): Promise<FilePiece> {
    const content = await answeringFaults(() => this.store.readPiece(checkedLease(lease), columnOf(file), number));
    if (content === null) throw new GrpcFault('NOT_FOUND', 'there is no such piece');
    return { content };
  }

  async beginBatchWork({ lease, total }: BeginBatchWorkRequest): Promise<BatchStanding> {
    return held(await answeringFaults(() => this.store.begin(checkedLease(lease), total)));
  }

  async putResultPiece({ lease, file, number, content }: PutResultPieceRequest): Promise<PutResultPieceReply> {
    const column = columnOf(file);
    if (column === 'input_file_id' || content.length === 0 || content.length > FILE_PIECE_BYTES || number < 0) {
      throw new GrpcFault('INVALID_ARGUMENT', 'not a piece of the results', 'content');
    }
    const piece = { number, content };
    if (!(await answeringFaults(() => this.store.putPiece(checkedLease(lease), column, piece)))) throw LOST;
    return {};
  }

  async commitResults({ lease, progress, ...commit }: CommitResultsRequest): Promise<BatchStanding> {
    if (!progress) throw new GrpcFault('INVALID_ARGUMENT', 'a commit says how far the work is', 'progress');
    return held(await answeringFaults(() => this.store.commit(checkedLease(lease), { ...commit, progress })));
  }

  async beginFinalizing({ lease, outcome, errorsJson }: BeginFinalizingRequest): Promise<BatchStanding> {
    if (!OUTCOMES.has(outcome)) throw new GrpcFault('INVALID_ARGUMENT', 'a batch does not end like this', 'outcome');
    const errors = sqlText(errorsJson);
    return held(await answeringFaults(() => this.store.beginFinalizing(checkedLease(lease), outcome, errors)));
  }

  async endBatch({ lease, outputSha256, errorSha256 }: EndBatchRequest): Promise<Batch> {
    const sha256 = { output: outputSha256, errors: errorSha256 };
    return messageFromRow(held(await answeringFaults(() => this.store.end(checkedLease(lease), sha256))));
  }
}

const LOST = new GrpcFault('ABORTED', 'the lease of this batch is lost');

function held<Row>(row: Row | null): Row {
  if (row === null) throw LOST;
  return row;
}

function checkedLease(lease: BatchLease | undefined): BatchLease {
  if (!lease || !isPlainId(lease.batchId)) throw new GrpcFault('INVALID_ARGUMENT', 'a lease is needed', 'lease');
  return lease;
}

function checkedLeaseMs(leaseMs: number): number {
  if (leaseMs < 1 || leaseMs > LONGEST_LEASE_MS) {
    throw new GrpcFault('INVALID_ARGUMENT', `a lease is of 1 to ${LONGEST_LEASE_MS} ms`, 'lease_ms');
  }
  return leaseMs;
}

function columnOf(file: BatchFile): FileColumn {
  const column = COLUMN_OF_FILE[file];
  if (column === undefined) throw new GrpcFault('INVALID_ARGUMENT', 'a batch has no such file', 'file');
  return column;
}

function describeLeased(row: LeasedRow) {
  const batch = messageFromRow(row);
  return {
    lease: { batchId: row.id, fence: safeInteger(row.fence) },
    batch,
    standing: { status: row.status, overdue: row.overdue },
    progress: {
      line: row.next_line,
      piece: row.next_piece,
      offset: row.next_offset,
      doneAhead: [...row.done_ahead],
    },
    outcome: row.outcome,
    sequence: row.sequence,
    outputPieces: row.output_pieces,
    errorPieces: row.error_pieces,
  };
}
