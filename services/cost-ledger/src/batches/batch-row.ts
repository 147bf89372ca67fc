import type { Batch } from '@gateway/contracts';

export interface BatchRow {
  readonly id: string;
  readonly owner: string;
  readonly key_hash: string;
  readonly endpoint: string;
  readonly input_file_id: string;
  readonly completion_window: string;
  readonly metadata: string;
  readonly output_expires_after_seconds: number;
  readonly status: string;
  readonly errors: string;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly output_file_id: string | null;
  readonly error_file_id: string | null;
  readonly created_at: Date;
  readonly in_progress_at: Date | null;
  readonly expires_at: Date;
  readonly finalizing_at: Date | null;
  readonly cancelling_at: Date | null;
  readonly ended_at: Date | null;
}

export const BATCH_COLUMNS = `id, owner, key_hash, endpoint, input_file_id, completion_window, metadata,
  output_expires_after_seconds, status, errors, total, completed, failed, output_file_id, error_file_id, created_at,
  in_progress_at, expires_at, finalizing_at, cancelling_at, ended_at`;

export function messageFromRow(row: BatchRow): Batch {
  // The results grow from the beginning; they are shown when they are whole.
  const hasEnded = row.ended_at !== null;
  return {
    id: row.id,
    owner: row.owner,
    keyHash: row.key_hash,
    endpoint: row.endpoint,
    inputFileId: row.input_file_id,
    completionWindow: row.completion_window,
    metadataJson: row.metadata,
    outputExpiresAfterSeconds: row.output_expires_after_seconds,
    status: row.status,
    errorsJson: row.errors,
    total: row.total,
    completed: row.completed,
    failed: row.failed,
    outputFileId: (hasEnded && row.output_file_id) || '',
    errorFileId: (hasEnded && row.error_file_id) || '',
    createdAtUnixMs: row.created_at.getTime(),
    inProgressAtUnixMs: unixMs(row.in_progress_at),
    expiresAtUnixMs: row.expires_at.getTime(),
    finalizingAtUnixMs: unixMs(row.finalizing_at),
    cancellingAtUnixMs: unixMs(row.cancelling_at),
    endedAtUnixMs: unixMs(row.ended_at),
  };
}

/** 0 for what has not happened. */
function unixMs(time: Date | null): number {
  return time?.getTime() ?? 0;
}
