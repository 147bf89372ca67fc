import { z } from 'zod';
import { requestSchema as chatSchema } from '../openai-chat/request-schema';

const { shape } = chatSchema;

/** How the model is to answer; names, types and ranges are those of OpenAI's chat. */
const parameters = z.strictObject({
  temperature: shape.temperature,
  top_p: shape.top_p,
  top_k: shape.top_k,
  max_tokens: shape.max_tokens,
  stop: shape.stop,
  seed: shape.seed,
  frequency_penalty: shape.frequency_penalty,
  presence_penalty: shape.presence_penalty,
  reasoning_effort: shape.reasoning_effort,
  /** Anthropic and Gemini count thoughts instead of naming an effort. */
  reasoning_budget_tokens: z.int().min(1).nullish(),
  service_tier: shape.service_tier,
});

/**
 * The canonical request. A closed object, as no provider reads it; what stands in messages and tools may, so that these
 * are as open as in OpenAI's chat.
 */
export const requestSchema = z.strictObject({
  model: shape.model,
  model_version: z.string().min(1).max(256).nullish(),
  messages: shape.messages,
  parameters: parameters.nullish(),
  stream: shape.stream,
  tools: shape.tools,
  tool_choice: shape.tool_choice,
  parallel_tool_calls: shape.parallel_tool_calls,
  response_format: shape.response_format,
  user: shape.user,
});

export type NativeBody = z.infer<typeof requestSchema>;

export const PARAMETER_NAMES: readonly string[] = Object.keys(parameters.shape);
export const FIELD_NAMES: readonly string[] = Object.keys(requestSchema.shape);

/**
 * Fields for the gateway itself that may stand beside them: what routing is asked for, and the client's own access to a
 * provider. Whoever reads them checks them; a test of the edge compares the lists.
 */
export const GATEWAY_FIELD_NAMES: readonly string[] = [
  ...['max_cost_usd', 'fallbacks', 'disable_fallbacks', 'num_retries', 'max_retries', 'timeout', 'stream_timeout'],
  ...['request_timeout', 'tags', 'routing_policy', 'routing_task_type', 'region', 'allowed_model_region'],
  ...['session_id', 'litellm_session_id', 'include_cost', 'api_key', 'api_base', 'base_url', 'api_version'],
];
