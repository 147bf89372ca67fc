import { z } from 'zod';
import { type ItemBody, itemSchema } from './item-schema';

const MAX_ITEMS = 5_000;
const MAX_TOOLS = 256;

const flag = z.boolean().nullish();
const text = z.string().nullish();

/** Aborts, so that a union does not take "a function, but malformed" for "another type". */
const otherType = z.string().refine((type) => type !== 'function', { abort: true });

const tool = z.union([
  z.looseObject({
    type: z.literal('function'),
    name: z.string().min(1).max(256),
    description: text,
    parameters: z.looseObject({}).nullish(),
    strict: flag,
  }),
  z.looseObject({ type: otherType }),
]);

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ type: z.literal('function'), name: z.string().min(1) }),
  z.looseObject({ type: otherType }),
]);

const format = z.discriminatedUnion('type', [
  z.looseObject({ type: z.enum(['text', 'json_object']) }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: z.string().min(1),
    schema: z.looseObject({}),
    description: text,
    strict: flag,
  }),
]);

/** A Responses request (field names, types and ranges of OpenAI's API reference). Unknown fields are allowed. */
export const requestSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([
    z.string(),
    z
      .array(itemSchema as unknown as z.ZodType<ItemBody>)
      .min(1)
      .max(MAX_ITEMS),
  ]),
  instructions: text,
  stream: flag,
  stream_options: z.looseObject({ include_obfuscation: flag }).nullish(),
  tools: z.array(tool).max(MAX_TOOLS).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: flag,
  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  text: z.looseObject({ format: format.nullish(), verbosity: text }).nullish(),
  reasoning: z.looseObject({ effort: text, summary: text, generate_summary: text }).nullish(),
  include: z.array(z.string()).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  store: flag,
  background: flag,
  previous_response_id: z.string().min(1).nullish(),
  conversation: z.unknown().optional(),
  service_tier: text,
  user: text,
  prompt_cache_key: text,
  prompt_cache_retention: text,
  safety_identifier: text,
});

export type ResponsesRequestBody = z.infer<typeof requestSchema>;
export type ToolBody = z.infer<typeof tool>;
export type ToolChoiceBody = z.infer<typeof toolChoice>;
export type FormatBody = z.infer<typeof format>;
