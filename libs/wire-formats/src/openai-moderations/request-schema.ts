import { z } from 'zod';

const part = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string().min(1) }) }),
]);

/**
 * A moderations request (field names and types of OpenAI's API reference). `input` is a text, several, or the parts of
 * one message; whether both may be mixed is the provider's to say. Unknown fields are allowed.
 */
export const moderationsSchema = z.looseObject({
  model: z.string().min(1).nullish(),
  input: z.union([z.string(), z.array(z.union([z.string(), part])).min(1)]),
});

export type ModerationsBody = z.infer<typeof moderationsSchema>;
