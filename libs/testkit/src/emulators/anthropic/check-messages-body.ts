import type { z } from 'zod';
import { firstIssue } from '../server/first-issue';
import type { Checked, Refusal } from '../server/vendor-wire';
import { invalidRequest } from './anthropic-refusals';
import {
  type AnthropicBlock,
  type AnthropicCountBody,
  type AnthropicMessage,
  type AnthropicMessagesBody,
  anthropicSchemas,
  anthropicSchemasClosed,
} from './messages-request-schema';

/** Refuses what the vendor would refuse: shapes and ranges, and rules between fields. */
export function checkMessagesBody(body: unknown, rejectUnknownFields: boolean): Checked<AnthropicMessagesBody> {
  const checked = parse((rejectUnknownFields ? anthropicSchemasClosed : anthropicSchemas).sent, body);
  if ('refusal' in checked) return checked;
  const refusal = threadFault(checked.value) ?? limitFault(checked.value) ?? sharedFault(checked.value);
  return refusal ? { refusal } : checked;
}

export function checkCountBody(body: unknown, rejectUnknownFields: boolean): Checked<AnthropicCountBody> {
  const checked = parse((rejectUnknownFields ? anthropicSchemasClosed : anthropicSchemas).counted, body);
  if ('refusal' in checked) return checked;
  const refusal = sharedFault(checked.value);
  return refusal ? { refusal } : checked;
}

function parse<Body>(schema: z.ZodType<Body>, body: unknown): Checked<Body> {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return { value: parsed.data };
  const issue = firstIssue(parsed.error);
  const path = issue.path.replaceAll('[', '.').replaceAll(']', '');
  if (issue.unknownField !== undefined) {
    return { refusal: invalidRequest(`${path}: Extra inputs are not permitted`, issue.path) };
  }
  const message = issue.isMissing ? 'Field required' : issue.message;
  return { refusal: invalidRequest(`${path}: ${message}`, issue.path) };
}

/**
 * Conversations kept at the server are not emulated. The code makes the official client's tool runner, which asks for
 * one by default (@anthropic-ai/sdk 1.11), send the whole history instead.
 */
function threadFault(body: AnthropicMessagesBody): Refusal | null {
  if (body.thread == null) return null;
  const details = { error_code: 'thread_unsupported_request', unsupported: ['emulator'] };
  return { ...invalidRequest('thread: the emulator keeps no conversations', 'thread'), details };
}

function limitFault(body: AnthropicMessagesBody): Refusal | null {
  const { thinking } = body;
  if (thinking?.type !== 'enabled') return null;
  if (thinking.budget_tokens >= body.max_tokens) {
    return invalidRequest('max_tokens: must be greater than thinking.budget_tokens');
  }
  if (body.temperature !== undefined && body.temperature !== 1) {
    return invalidRequest('temperature: may only be 1 when thinking is enabled');
  }
  return null;
}

function sharedFault(body: AnthropicCountBody): Refusal | null {
  const choice = body.tool_choice;
  if (choice && choice.type !== 'none' && !body.tools?.length) {
    return invalidRequest('tool_choice: may only be given together with tools');
  }
  if (choice?.type === 'tool' && !body.tools?.some((tool) => tool.name === choice.name)) {
    return invalidRequest(`tool_choice.name: no tool is called ${choice.name}`);
  }
  return conversationFault(body.messages);
}

/** Tool uses must be answered at the start of the next user turn, and results must have their use before them. */
function conversationFault(messages: readonly AnthropicMessage[]): Refusal | null {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (index === 0 && message.role !== 'user')
      return invalidRequest('messages.0: the first message must be by the user');
    const blocks: readonly AnthropicBlock[] = typeof message.content === 'string' ? [] : message.content;
    for (const [at, block] of blocks.entries()) {
      if (block.type === 'tool_result' && (message.role !== 'user' || !open.delete(block.tool_use_id))) {
        return invalidRequest(
          `messages.${index}.content.${at}: tool_use_id ${block.tool_use_id} has no tool_use in the message before`,
        );
      }
      if (block.type === 'tool_use' && message.role !== 'assistant') {
        return invalidRequest(`messages.${index}.content.${at}: only the assistant uses tools`);
      }
    }
    if (open.size > 0) return invalidRequest(`messages.${index}: no tool_result for ${[...open].join(', ')}`);
    open = new Set(blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])));
  }
  return open.size > 0 ? invalidRequest(`messages: no tool_result for ${[...open].join(', ')}`) : null;
}
