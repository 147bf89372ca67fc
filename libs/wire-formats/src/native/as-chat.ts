import type { ChatRequestBody } from '../openai-chat/request-schema';
import type { NativeBody } from './request-schema';

/** The same request in OpenAI's chat: its messages and tools are ours, its settings stand beside them. */
export function asChat(request: NativeBody): ChatRequestBody {
  const { reasoning_budget_tokens: _counted, ...parameters } = request.parameters ?? {};
  const { model, messages, stream, tools, tool_choice, parallel_tool_calls, response_format, user } = request;
  return {
    ...parameters,
    ...{ model, messages, stream, tools, tool_choice, parallel_tool_calls, response_format, user },
  };
}
