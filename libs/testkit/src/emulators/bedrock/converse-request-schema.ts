import { z } from 'zod';

/**
 * What Converse accepts, as far as the emulator checks it; `closed` also refuses unknown fields at any depth. Names and
 * limits follow the API's reference and the official client's types (@aws-sdk/client-bedrock-runtime 3.1162).
 */
function build(closed: boolean) {
  const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    closed ? z.strictObject(shape) : (z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strict>);
  const struct = z.record(z.string(), z.unknown());
  const text = z.string().refine((value) => value.trim() !== '', 'The text field in the ContentBlock object is blank');
  const id = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
  const source = object({ bytes: z.base64().optional(), s3Location: object({ uri: z.string() }).optional() });
  const image = object({ format: z.enum(['png', 'jpeg', 'gif', 'webp']), source });
  const document = object({
    format: z.enum(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']),
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(/^(?!.*\s{2})[a-zA-Z0-9\s()[\]-]+$/),
    source,
    context: z.string().optional(),
  });
  const cachePoint = object({ type: z.literal('default'), ttl: z.enum(['5m', '1h']).optional() });
  const block = object({
    text: text.optional(),
    image: image.optional(),
    document: document.optional(),
    toolUse: object({ toolUseId: id, name: z.string().min(1).max(64), input: struct }).optional(),
    toolResult: object({
      toolUseId: id,
      content: z
        .array(
          object({
            text: text.optional(),
            image: image.optional(),
            document: document.optional(),
            json: z.unknown().optional(),
          }),
        )
        .min(1),
      status: z.enum(['success', 'error']).optional(),
    }).optional(),
    reasoningContent: object({
      reasoningText: object({ text: z.string(), signature: z.string().optional() }).optional(),
      redactedContent: z.base64().optional(),
    }).optional(),
    cachePoint: cachePoint.optional(),
  });
  const tool = object({
    toolSpec: object({
      name: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/),
      description: z.string().min(1).optional(),
      inputSchema: object({ json: z.looseObject({ type: z.literal('object') }) }),
      strict: z.boolean().optional(),
    }).optional(),
    cachePoint: cachePoint.optional(),
  });
  const nothing = object({});
  const toolChoice = object({
    auto: nothing.optional(),
    any: nothing.optional(),
    tool: object({ name: z.string() }).optional(),
  });
  const jsonSchema = object({ schema: z.string(), name: z.string().optional(), description: z.string().optional() });
  return object({
    messages: z.array(object({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) })).min(1),
    system: z.array(object({ text: text.optional(), cachePoint: cachePoint.optional() })).optional(),
    inferenceConfig: object({
      maxTokens: z.int().min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      stopSequences: z.array(z.string().min(1)).max(2_500).optional(),
    }).optional(),
    toolConfig: object({ tools: z.array(tool).min(1), toolChoice: toolChoice.optional() }).optional(),
    additionalModelRequestFields: struct.optional(),
    additionalModelResponseFieldPaths: z.array(z.string().min(1)).max(10).optional(),
    outputConfig: object({
      textFormat: object({ type: z.literal('json_schema'), structure: object({ jsonSchema }) }).optional(),
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
    }).optional(),
    guardrailConfig: object({
      guardrailIdentifier: z.string(),
      guardrailVersion: z.string(),
      trace: z.enum(['enabled', 'disabled', 'enabled_full']).optional(),
      streamProcessingMode: z.enum(['sync', 'async']).optional(),
    }).optional(),
    performanceConfig: object({ latency: z.enum(['standard', 'optimized']).optional() }).optional(),
    requestMetadata: z.record(z.string(), z.string()).optional(),
    promptVariables: struct.optional(),
    serviceTier: object({ type: z.enum(['default', 'flex', 'priority', 'reserved']) }).optional(),
  });
}

export const converseSchema = build(false);
export const converseSchemaClosed = build(true);

export type ConverseBody = z.infer<typeof converseSchema>;
export type ConverseMessage = ConverseBody['messages'][number];
export type ConverseRequestBlock = ConverseMessage['content'][number];
