import { z } from 'zod';
import { parseWith } from '../keys/key-requests';
import type { UploadedFile } from './file-upload';

const PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;
const LONGEST_FILENAME = 500;

/** What OpenAI takes: an hour to thirty days. */
const KEPT_SECONDS = { least: 3_600, most: 2_592_000 } as const;

/** What OpenAI does with files of batches; the others stay until they are deleted. */
export const BATCH_FILE_SECONDS = KEPT_SECONDS.most;

/** `{anchor: 'created_at', seconds}`, also as texts of a form. */
export const expiresAfterSchema = z.strictObject({
  anchor: z.literal('created_at'),
  seconds: z.coerce.number().int().min(KEPT_SECONDS.least).max(KEPT_SECONDS.most),
});

const fieldsSchema = z.strictObject({
  purpose: z.enum(PURPOSES),
  expires_after: expiresAfterSchema.optional(),
});

/** @throws GatewayException that names the field */
export function readUploadFields(filename: string, fields: Readonly<Record<string, string>>): UploadedFile {
  const { purpose, expires_after: expiry } = parseWith(fieldsSchema, nested(fields));
  const seconds = expiry?.seconds ?? (purpose === 'batch' ? BATCH_FILE_SECONDS : 0);
  return { purpose, filename: [...filename].slice(0, LONGEST_FILENAME).join(''), expiresAfterSeconds: seconds };
}

/** `expires_after[seconds]` is how forms write a field of an object. */
function nested(fields: Readonly<Record<string, string>>): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  const inner: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const [, key] = /^expires_after\[(\w{1,20})\]$/.exec(name) ?? [];
    if (key === undefined) document[name] = value;
    else inner[key] = value;
  }
  return Object.keys(inner).length === 0 ? document : { ...document, expires_after: inner };
}
