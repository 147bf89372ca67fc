import { isRecord } from '@gateway/domain';

type Body = Record<string, unknown>;

/** Only a user's message may have parts; the others are one text (`types/messages` of IBM's own client). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'name'],
  user: ['role', 'name'],
  assistant: ['role', 'name', 'refusal', 'tool_calls'],
  tool: ['role', 'tool_call_id'],
};

/** Messages of OpenAI's wire → the same with what watsonx.ai takes of them. Earlier thoughts stay here. */
export function encodeMessages(messages: readonly Body[]): Body[] {
  return messages.map((message) => {
    const role = String(message.role);
    const content = role === 'user' ? message.content : plainText(message.content);
    const fields = (FIELDS[role] ?? []).filter((field) => message[field] !== undefined);
    return {
      ...Object.fromEntries(fields.map((field) => [field, message[field]])),
      ...(content !== null && { content }),
    };
  });
}

function plainText(content: unknown): string | null {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : null;
  return content.map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('\n');
}
