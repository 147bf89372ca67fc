import { z } from 'zod';

/**
 * What `text/chat` accepts, by the parameters of IBM's own client (1.7.16): one schema that lets unknown fields through and
 * one that refuses them. A deployment's body names neither model nor project.
 */
function build(closed: boolean) {
  const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
    closed ? z.strictObject(shape) : (z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strict>);
  const name = z.string().optional();
  const userPart = z.discriminatedUnion('type', [
    object({ type: z.literal('text'), text: z.string() }),
    object({
      type: z.literal('image_url'),
      image_url: object({ url: z.string(), detail: z.enum(['low', 'high', 'auto']).optional() }),
    }),
  ]);
  const call = object({
    id: z.string(),
    type: z.literal('function'),
    function: object({ name: z.string(), arguments: z.string() }),
  });
  const message = z.discriminatedUnion('role', [
    object({ role: z.literal('system'), content: z.string(), name }),
    object({ role: z.literal('user'), content: z.union([z.string(), z.array(userPart).min(1)]), name }),
    object({
      role: z.literal('assistant'),
      content: z.string().optional(),
      name,
      refusal: z.string().optional(),
      tool_calls: z.array(call).min(1).optional(),
    }),
    object({ role: z.literal('tool'), content: z.string(), tool_call_id: z.string() }),
  ]);
  const tool = object({
    type: z.literal('function'),
    function: object({
      name: z.string().min(1),
      description: z.string().optional(),
      parameters: z.looseObject({}).optional(),
    }),
  });
  const format = z.discriminatedUnion('type', [
    object({ type: z.literal('text') }),
    object({ type: z.literal('json_object') }),
    object({ type: z.literal('json_schema'), json_schema: z.looseObject({ name: z.string() }) }),
  ]);
  return object({
    model_id: z.string().min(1).optional(),
    project_id: z.string().min(1).optional(),
    space_id: z.string().min(1).optional(),
    messages: z.array(message).min(1),
    tools: z.array(tool).min(1).optional(),
    tool_choice_option: z.enum(['none', 'auto', 'required']).optional(),
    tool_choice: object({ type: z.literal('function'), function: object({ name: z.string() }) }).optional(),
    frequency_penalty: z.number().min(-2).max(2).optional(),
    presence_penalty: z.number().min(-2).max(2).optional(),
    logit_bias: z.record(z.string(), z.number()).optional(),
    logprobs: z.boolean().optional(),
    top_logprobs: z.int().min(0).max(20).optional(),
    max_tokens: z.int().min(0).optional(),
    max_completion_tokens: z.int().min(0).optional(),
    n: z.int().min(1).optional(),
    response_format: format.optional(),
    seed: z.int().optional(),
    stop: z.array(z.string()).max(4).optional(),
    temperature: z.number().min(0).max(2).optional(),
    top_p: z.number().min(0).max(1).optional(),
    time_limit: z.int().min(1).optional(),
    guided_choice: z.array(z.string()).optional(),
    guided_regex: z.string().optional(),
    guided_grammar: z.string().optional(),
    guided_json: z.unknown().optional(),
    repetition_penalty: z.number().optional(),
    length_penalty: z.number().optional(),
    include_reasoning: z.boolean().optional(),
    reasoning_effort: z.enum(['low', 'medium', 'high']).optional(),
  });
}

export const watsonxChatSchema = build(false);
export const watsonxChatSchemaClosed = build(true);
