import { firstIssue } from '../server/first-issue';
import type { Checked, Refusal } from '../server/vendor-wire';
import {
  type CohereChatBody,
  type CohereMessage,
  cohereChatSchema,
  cohereChatSchemaClosed,
} from './chat-request-schema';
import { invalidRequest } from './cohere-refusals';

/** Refuses what the API would refuse: shapes and ranges, and rules between fields. */
export function checkChatBody(body: unknown, rejectUnknownFields: boolean): Checked<CohereChatBody> {
  const parsed = (rejectUnknownFields ? cohereChatSchemaClosed : cohereChatSchema).safeParse(body, {
    reportInput: true,
  });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    const problem = issue.unknownField === undefined ? issue.message : 'unknown field';
    return { refusal: invalidRequest(`${issue.path}: ${problem}`) };
  }
  const refusal = crossFieldFault(parsed.data) ?? conversationFault(parsed.data.messages);
  return refusal ? { refusal } : { value: parsed.data };
}

function crossFieldFault({ tools, tool_choice, documents, response_format }: CohereChatBody): Refusal | null {
  if (tool_choice !== undefined && !tools) return invalidRequest('tool_choice is only allowed with tools');
  if (response_format?.type === 'json_object' && (tools || documents?.length)) {
    return invalidRequest('response_format is not supported with RAG or tools');
  }
  return null;
}

/** One system message, at the head; every call answered right after it, and nothing else in between. */
function conversationFault(messages: readonly CohereMessage[]): Refusal | null {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system' && index > 0) return invalidRequest('system turn must be the first in the list');
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return invalidRequest(`no tool call has the id ${message.tool_call_id}`);
      continue;
    }
    if (open.size > 0) return invalidRequest(`the tool calls ${[...open].join(', ')} have no result`);
    open = new Set(message.role === 'assistant' ? message.tool_calls?.map(({ id }) => id) : []);
    if (message.role === 'assistant' && message.content === undefined && open.size === 0) {
      return invalidRequest('an assistant message needs content or tool_calls');
    }
  }
  return open.size > 0 ? invalidRequest(`the tool calls ${[...open].join(', ')} have no result`) : null;
}
