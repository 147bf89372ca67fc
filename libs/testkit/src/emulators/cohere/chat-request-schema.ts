import { z } from 'zod';

/**
 * What `POST /v2/chat` accepts, as far as the emulator checks it; `closed` also refuses unknown fields at any depth. Field
 * names and limits follow the official client's types (cohere-ai 8.1) and the API's reference.
 */
function build(closed: boolean) {
  const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    closed ? z.strictObject(shape) : (z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strict>);
  const text = object({ type: z.literal('text'), text: z.string() });
  const thinking = object({ type: z.literal('thinking'), thinking: z.string() });
  const image = object({
    type: z.literal('image_url'),
    image_url: object({
      url: z.string().regex(/^(https?:|data:image\/)/, 'expected an http(s) URL or a data: URL of an image'),
      detail: z.enum(['auto', 'low', 'high']).optional(),
    }),
  });
  const document = object({ data: z.record(z.string(), z.unknown()), id: z.string().optional() });
  const texts = z.union([z.string(), z.array(text).min(1)]);
  const message = z.discriminatedUnion('role', [
    object({ role: z.literal('system'), content: texts }),
    object({
      role: z.literal('user'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image])).min(1)]),
    }),
    object({
      role: z.literal('assistant'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, thinking])).min(1)]).optional(),
      tool_plan: z.string().optional(),
      tool_calls: z
        .array(
          object({
            id: z.string().min(1),
            type: z.literal('function'),
            function: object({ name: z.string().min(1), arguments: z.string() }),
          }),
        )
        .min(1)
        .optional(),
      citations: z.array(z.unknown()).optional(),
    }),
    object({
      role: z.literal('tool'),
      tool_call_id: z.string().min(1),
      content: z.union([
        z.string(),
        z.array(z.discriminatedUnion('type', [text, object({ type: z.literal('document'), document })])).min(1),
      ]),
    }),
  ]);
  const tool = object({
    type: z.literal('function'),
    function: object({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, "_" or "-"'),
      description: z.string().optional(),
      parameters: z.record(z.string(), z.unknown()),
    }),
  });
  return object({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    stream: z.boolean().optional(),
    tools: z.array(tool).min(1).optional(),
    strict_tools: z.boolean().optional(),
    tool_choice: z.enum(['REQUIRED', 'NONE']).optional(),
    documents: z.array(z.union([z.string(), document])).optional(),
    citation_options: object({ mode: z.string().optional() }).optional(),
    response_format: z
      .discriminatedUnion('type', [
        object({ type: z.literal('text') }),
        object({ type: z.literal('json_object'), json_schema: z.record(z.string(), z.unknown()).optional() }),
      ])
      .optional(),
    safety_mode: z.enum(['CONTEXTUAL', 'STRICT', 'OFF']).optional(),
    max_tokens: z.int().min(1).optional(),
    stop_sequences: z.array(z.string().min(1)).max(5).optional(),
    temperature: z.number().min(0).optional(),
    seed: z.int().min(0).optional(),
    frequency_penalty: z.number().min(0).max(1).optional(),
    presence_penalty: z.number().min(0).max(1).optional(),
    k: z.int().min(0).max(500).optional(),
    p: z.number().min(0.01).max(0.99).optional(),
    logprobs: z.boolean().optional(),
    thinking: object({ type: z.enum(['enabled', 'disabled']), token_budget: z.int().min(1).optional() }).optional(),
    priority: z.int().min(0).max(999).optional(),
  });
}

export const cohereChatSchema = build(false);
export const cohereChatSchemaClosed = build(true);

export type CohereChatBody = z.infer<typeof cohereChatSchema>;
export type CohereMessage = CohereChatBody['messages'][number];
