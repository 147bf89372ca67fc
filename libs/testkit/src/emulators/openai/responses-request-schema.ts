import { z } from 'zod';

/**
 * What OpenAI's Responses call accepts, as far as the emulator checks it: one description, open or closed. Field names
 * follow the official client's types (openai 6.49).
 */
function build(closed: boolean) {
  const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    closed ? z.strictObject(shape) : (z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strict>);
  const id = z.string().nullish();
  const status = z.enum(['in_progress', 'completed', 'incomplete']).nullish();
  const text = object({
    type: z.literal('input_text'),
    text: z.string(),
    prompt_cache_breakpoint: z.unknown().optional(),
  });
  const image = object({
    type: z.literal('input_image'),
    image_url: z
      .string()
      .regex(/^(https?:|data:image\/)/, 'expected an http(s) URL or a data: URL of an image')
      .nullish(),
    file_id: z.string().nullish(),
    detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
  });
  const file = object({
    type: z.literal('input_file'),
    file_data: z.string().nullish(),
    file_url: z.string().nullish(),
    file_id: z.string().nullish(),
    filename: z.string().nullish(),
    detail: z.string().nullish(),
  });
  const said = object({
    type: z.literal('output_text'),
    text: z.string(),
    annotations: z.array(z.unknown()).optional(),
    logprobs: z.array(z.unknown()).optional(),
  });
  const refusal = object({ type: z.literal('refusal'), refusal: z.string() });
  const part = z.discriminatedUnion('type', [text, image, file, said, refusal]);
  const item = z.union([
    object({
      type: z.literal('message').optional(),
      id: id.refine((value) => value == null || value.startsWith('msg'), "expected an ID that begins with 'msg'"),
      role: z.enum(['user', 'assistant', 'system', 'developer']),
      content: z.union([z.string(), z.array(part)]),
      status,
      phase: z.string().nullish(),
    }),
    object({
      type: z.literal('function_call'),
      id: id.refine((value) => value == null || value.startsWith('fc'), "expected an ID that begins with 'fc'"),
      call_id: z.string().min(1).max(64),
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
      arguments: z.string(),
      status,
    }),
    object({
      type: z.literal('function_call_output'),
      id,
      call_id: z.string().min(1).max(64),
      output: z.union([z.string(), z.array(part)]),
      status,
    }),
    object({
      type: z.literal('reasoning'),
      id,
      summary: z.array(object({ type: z.literal('summary_text'), text: z.string() })),
      content: z.unknown().optional(),
      encrypted_content: z
        .string()
        .regex(/^emulator:/, 'could not be verified')
        .nullish(),
      status,
    }),
    object({ type: z.literal('web_search_call'), id: z.string(), status: z.string(), action: z.unknown().optional() }),
  ]);
  const functionTool = object({
    type: z.literal('function'),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, "_" or "-"'),
    description: z.string().nullish(),
    parameters: z.looseObject({}).nullish(),
    strict: z.boolean().nullish(),
  });
  const hostedTool = z.looseObject({
    type: z.enum(['web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'mcp', 'image_generation']),
  });
  return object({
    model: z.string().min(1),
    input: z.union([z.string(), z.array(item).min(1)]),
    background: z.literal(false).nullish(),
    context_management: z.unknown().optional(),
    include: z.array(z.string()).nullish(),
    instructions: z.string().nullish(),
    max_output_tokens: z.int().min(16).nullish(),
    max_tool_calls: z.int().min(1).nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    previous_response_id: z.string().nullish(),
    prompt: z.unknown().optional(),
    prompt_cache_key: z.string().nullish(),
    prompt_cache_retention: z.string().nullish(),
    reasoning: object({
      effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish(),
      summary: z.enum(['auto', 'concise', 'detailed']).nullish(),
    }).nullish(),
    safety_identifier: z.string().nullish(),
    service_tier: z.string().nullish(),
    store: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    stream_options: object({ include_obfuscation: z.boolean().optional() }).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    text: object({
      format: z
        .discriminatedUnion('type', [
          object({ type: z.literal('text') }),
          object({ type: z.literal('json_object') }),
          object({
            type: z.literal('json_schema'),
            name: z.string(),
            schema: z.looseObject({}),
            description: z.string().optional(),
            strict: z.boolean().nullish(),
          }),
        ])
        .optional(),
      verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    }).optional(),
    tool_choice: z
      .union([
        z.enum(['none', 'auto', 'required']),
        object({ type: z.literal('function'), name: z.string() }),
        z.looseObject({ type: z.enum(['web_search_preview', 'file_search', 'mcp', 'allowed_tools']) }),
      ])
      .optional(),
    tools: z
      .array(z.union([functionTool, hostedTool]))
      .max(128)
      .optional(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    truncation: z.enum(['auto', 'disabled']).nullish(),
    user: z.string().optional(),
  });
}

export const responsesSchema = build(false);
export const responsesSchemaClosed = build(true);

export type ResponsesBody = z.infer<typeof responsesSchema>;
export type ResponsesItem = Exclude<ResponsesBody['input'], string>[number];
