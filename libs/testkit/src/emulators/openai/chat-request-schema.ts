import { z } from 'zod';

/**
 * What OpenAI's chat completions call accepts, as far as the emulator checks it. Two schemas from one description:
 * one that lets unknown fields through and one that refuses them at any depth. Field names and limits follow the
 * official client's types (openai 6.49) and the vendor's API reference.
 */
function build(closed: boolean) {
  const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    closed ? z.strictObject(shape) : (z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strict>);
  const text = object({ type: z.literal('text'), text: z.string(), prompt_cache_breakpoint: z.unknown().optional() });
  const refusal = object({ type: z.literal('refusal'), refusal: z.string() });
  const image = object({
    type: z.literal('image_url'),
    image_url: object({
      url: z.string().regex(/^(https?:|data:image\/)/, 'expected an http(s) URL or a data: URL of an image'),
      detail: z.enum(['auto', 'low', 'high', 'original']).optional(),
    }),
    prompt_cache_breakpoint: z.unknown().optional(),
  });
  const audio = object({
    type: z.literal('input_audio'),
    input_audio: object({ data: z.string(), format: z.string() }),
  });
  const file = object({ type: z.literal('file'), file: z.looseObject({}) });
  const textContent = z.union([z.string(), z.array(text).min(1)]);
  const name = z.string().optional();
  const functionCall = object({
    id: z.string(),
    type: z.literal('function'),
    function: object({ name: z.string(), arguments: z.string() }),
  });
  const customCall = object({
    id: z.string(),
    type: z.literal('custom'),
    custom: object({ name: z.string(), input: z.string() }),
  });
  const message = z.discriminatedUnion('role', [
    object({ role: z.literal('system'), content: textContent, name }),
    object({ role: z.literal('developer'), content: textContent, name }),
    object({
      role: z.literal('user'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image, audio, file])).min(1)]),
      name,
    }),
    object({
      role: z.literal('assistant'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, refusal])), z.null()]).optional(),
      name,
      refusal: z.string().nullish(),
      audio: z.unknown().optional(),
      annotations: z.unknown().optional(),
      function_call: z.unknown().optional(),
      tool_calls: z
        .array(z.discriminatedUnion('type', [functionCall, customCall]))
        .min(1)
        .optional(),
    }),
    object({ role: z.literal('tool'), content: textContent, tool_call_id: z.string() }),
    object({ role: z.literal('function'), content: z.string().nullable(), name: z.string() }),
  ]);
  const functionTool = object({
    type: z.literal('function'),
    function: object({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, "_" or "-"'),
      description: z.string().optional(),
      parameters: z.looseObject({}).optional(),
      strict: z.boolean().nullish(),
    }),
  });
  const customTool = object({ type: z.literal('custom'), custom: z.looseObject({ name: z.string() }) });
  const toolChoice = z.union([
    z.enum(['none', 'auto', 'required']),
    object({ type: z.literal('function'), function: object({ name: z.string() }) }),
    object({ type: z.literal('custom'), custom: object({ name: z.string() }) }),
    object({ type: z.literal('allowed_tools'), allowed_tools: z.looseObject({}) }),
  ]);
  const responseFormat = z.discriminatedUnion('type', [
    object({ type: z.literal('text') }),
    object({ type: z.literal('json_object') }),
    object({
      type: z.literal('json_schema'),
      json_schema: object({
        name: z.string(),
        description: z.string().optional(),
        schema: z.looseObject({}).optional(),
        strict: z.boolean().nullish(),
      }),
    }),
  ]);
  return object({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    audio: z.unknown().optional(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    function_call: z.unknown().optional(),
    functions: z.unknown().optional(),
    logit_bias: z.record(z.string(), z.number()).nullish(),
    logprobs: z.boolean().nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    max_tokens: z.int().min(1).nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
    modalities: z.array(z.enum(['text', 'audio'])).nullish(),
    moderation: z.unknown().optional(),
    n: z.int().min(1).max(128).nullish(),
    parallel_tool_calls: z.boolean().optional(),
    prediction: z.unknown().optional(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    prompt_cache_key: z.string().nullish(),
    prompt_cache_options: z.unknown().optional(),
    prompt_cache_retention: z.enum(['in_memory', '24h']).nullish(),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
    response_format: responseFormat.optional(),
    safety_identifier: z.string().nullish(),
    seed: z.int().nullish(),
    service_tier: z.string().nullish(),
    stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
    store: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    stream_options: object({
      include_usage: z.boolean().optional(),
      include_obfuscation: z.boolean().optional(),
    }).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    tool_choice: toolChoice.optional(),
    tools: z
      .array(z.discriminatedUnion('type', [functionTool, customTool]))
      .min(1)
      .max(128)
      .optional(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    user: z.string().optional(),
    verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    web_search_options: z.unknown().optional(),
  });
}

export const openAiChatSchema = build(false);
export const openAiChatSchemaClosed = build(true);

export type OpenAiChatBody = z.infer<typeof openAiChatSchema>;
export type OpenAiMessage = OpenAiChatBody['messages'][number];
