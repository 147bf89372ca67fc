import { z } from 'zod';

/**
 * What Anthropic's messages call accepts, as far as the emulator checks it; `closed` also refuses unknown fields at any
 * depth. Field names and limits follow the official client's types (@anthropic-ai/sdk 1.11) and the API reference.
 */
function build(closed: boolean) {
  const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    closed ? z.strictObject(shape) : (z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strict>);
  const cacheControl = object({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish();
  const text = object({
    type: z.literal('text'),
    text: z.string().min(1, 'text content blocks must not be empty'),
    cache_control: cacheControl,
    citations: z.unknown().optional(),
  });
  const image = object({
    type: z.literal('image'),
    source: z.discriminatedUnion('type', [
      object({
        type: z.literal('base64'),
        media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
        data: z.base64(),
      }),
      object({ type: z.literal('url'), url: z.string().regex(/^https?:/, 'expected an http(s) URL') }),
      object({ type: z.literal('file'), file_id: z.string() }),
    ]),
    cache_control: cacheControl,
  });
  const document = object({
    type: z.literal('document'),
    source: z.looseObject({}),
    title: z.string().nullish(),
    context: z.string().nullish(),
    citations: z.unknown().optional(),
    cache_control: cacheControl,
  });
  const toolResult = object({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image, document]))]).optional(),
    is_error: z.boolean().optional(),
    cache_control: cacheControl,
  });
  const toolUse = object({
    type: z.literal('tool_use'),
    id: z.string().regex(/^[a-zA-Z0-9_-]+$/, 'expected letters, digits, "_" or "-"'),
    name: z.string(),
    input: z.looseObject({}),
    caller: z.unknown().optional(),
    toolset_name: z.string().nullish(),
    cache_control: cacheControl,
  });
  const thinking = object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });
  const redacted = object({ type: z.literal('redacted_thinking'), data: z.string() });
  const block = z.discriminatedUnion('type', [text, image, document, toolResult, toolUse, thinking, redacted]);
  const message = object({
    role: z.enum(['user', 'assistant', 'system']),
    content: z.union([z.string().min(1, 'content must not be empty'), z.array(block).min(1)]),
  });
  const tool = object({
    type: z.literal('custom').nullish(),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, 'expected 1 to 128 letters, digits, "_" or "-"'),
    description: z.string().optional(),
    input_schema: z.looseObject({ type: z.literal('object') }),
    strict: z.boolean().optional(),
    allowed_callers: z.array(z.string()).optional(),
    defer_loading: z.boolean().optional(),
    eager_input_streaming: z.boolean().nullish(),
    input_examples: z.array(z.looseObject({})).optional(),
    cache_control: cacheControl,
  });
  const parallel = { disable_parallel_tool_use: z.boolean().optional() };
  const toolChoice = z.discriminatedUnion('type', [
    object({ type: z.literal('auto'), ...parallel }),
    object({ type: z.literal('any'), ...parallel }),
    object({ type: z.literal('tool'), name: z.string(), ...parallel }),
    object({ type: z.literal('none') }),
  ]);
  const display = z.enum(['summarized', 'omitted']).nullish();
  const thinkingConfig = z.discriminatedUnion('type', [
    object({ type: z.literal('enabled'), budget_tokens: z.int().min(1024), display }),
    object({ type: z.literal('adaptive'), display }),
    object({ type: z.literal('between_tools'), display }),
    object({ type: z.literal('disabled') }),
  ]);
  const counted = {
    model: z.string().min(1),
    messages: z.array(message).min(1),
    system: z.union([z.string(), z.array(text)]).optional(),
    tools: z.array(tool).optional(),
    tool_choice: toolChoice.optional(),
    thinking: thinkingConfig.optional(),
    output_config: object({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: object({ type: z.literal('json_schema'), schema: z.looseObject({}) }).nullish(),
    }).optional(),
    cache_control: cacheControl,
    speed: z.enum(['standard', 'fast']).nullish(),
  };
  const sent = object({
    ...counted,
    max_tokens: z.int().min(1),
    container: z.unknown().optional(),
    diagnostics: z.unknown().optional(),
    inference_geo: z.string().nullish(),
    metadata: object({ user_id: z.string().nullish() }).optional(),
    service_tier: z.enum(['auto', 'standard_only']).optional(),
    stop_sequences: z.array(z.string().regex(/\S/, 'a stop sequence must not be only white space')).optional(),
    stream: z.boolean().optional(),
    temperature: z.number().min(0).max(1).optional(),
    top_k: z.int().min(0).optional(),
    top_p: z.number().min(0).max(1).optional(),
    thread: z.unknown().optional(),
  });
  return { sent, counted: object(counted) };
}

export const anthropicSchemas = build(false);
export const anthropicSchemasClosed = build(true);

export type AnthropicMessagesBody = z.infer<typeof anthropicSchemas.sent>;
export type AnthropicCountBody = z.infer<typeof anthropicSchemas.counted>;
export type AnthropicMessage = AnthropicCountBody['messages'][number];
export type AnthropicBlock = Exclude<AnthropicMessage['content'], string>[number];
