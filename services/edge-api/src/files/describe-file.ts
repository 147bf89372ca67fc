import type { StoredFile } from '@gateway/contracts';

/** A file as OpenAI's API writes it. */
export function describeFile(file: StoredFile) {
  return {
    id: file.id,
    object: 'file',
    bytes: file.bytes,
    created_at: Math.floor(file.createdAtUnixMs / 1_000),
    ...(file.expiresAtUnixMs > 0 && { expires_at: Math.floor(file.expiresAtUnixMs / 1_000) }),
    filename: file.filename,
    purpose: file.purpose,
    // There is nothing left to be done with a file that is stored; the field is one of OpenAI's older ones.
    status: 'processed',
    status_details: null,
  };
}
