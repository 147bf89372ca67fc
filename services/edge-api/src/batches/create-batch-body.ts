import { z } from 'zod';
import { batchRouteAt } from '../calls/client-routes';
import { expiresAfterSchema } from '../files/upload-fields';

/** OpenAI's only one. */
export const COMPLETION_WINDOW = { name: '24h', seconds: 86_400 } as const;

const MOST_METADATA = 16;

/** OpenAI's fields of a new batch; one that would be ignored is refused instead. */
export const createBatchBody = z.strictObject({
  input_file_id: z.string().min(1).max(200),
  endpoint: z
    .string()
    .max(200)
    .refine((endpoint) => batchRouteAt(endpoint) !== undefined, 'is no route whose calls a batch can make'),
  completion_window: z.literal(COMPLETION_WINDOW.name),
  metadata: z
    .record(z.string().min(1).max(64), z.string().max(512))
    .refine((metadata) => Object.keys(metadata).length <= MOST_METADATA, `has at most ${MOST_METADATA} pairs`)
    .nullish(),
  output_expires_after: expiresAfterSchema.nullish(),
});
