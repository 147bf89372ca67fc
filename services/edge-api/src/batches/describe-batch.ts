import type { Batch } from '@gateway/contracts';

const FINAL_TIMES = ['completed_at', 'failed_at', 'expired_at', 'cancelled_at'] as const;

/** A batch as OpenAI's API writes it. */
export function describeBatch(batch: Batch) {
  const final = Object.fromEntries(
    FINAL_TIMES.map((name) => [name, name === `${batch.status}_at` ? seconds(batch.endedAtUnixMs) : null]),
  );
  return {
    id: batch.id,
    object: 'batch',
    endpoint: batch.endpoint,
    errors: batch.errorsJson === '' ? null : { object: 'list', data: JSON.parse(batch.errorsJson) as unknown },
    input_file_id: batch.inputFileId,
    completion_window: batch.completionWindow,
    status: batch.status,
    output_file_id: batch.outputFileId || null,
    error_file_id: batch.errorFileId || null,
    created_at: seconds(batch.createdAtUnixMs),
    in_progress_at: seconds(batch.inProgressAtUnixMs),
    expires_at: seconds(batch.expiresAtUnixMs),
    finalizing_at: seconds(batch.finalizingAtUnixMs),
    cancelling_at: seconds(batch.cancellingAtUnixMs),
    ...final,
    request_counts: { total: batch.total, completed: batch.completed, failed: batch.failed },
    metadata: batch.metadataJson === '' ? null : (JSON.parse(batch.metadataJson) as unknown),
  };
}

function seconds(unixMs: number): number | null {
  return unixMs === 0 ? null : Math.floor(unixMs / 1_000);
}
