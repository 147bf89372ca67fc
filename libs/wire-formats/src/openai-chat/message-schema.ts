import { z } from 'zod';

const text = z.string();
const name = z.string().nullish();

const textPart = z.looseObject({ type: z.literal('text'), text });
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: text });
const imagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({ url: z.string().min(1), detail: z.string().nullish() }),
});
const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: text, format: text }),
});
const filePart = z.looseObject({ type: z.literal('file'), file: z.looseObject({}) });

const texts = z.union([text, z.array(textPart)]);
const userContent = z.union([text, z.array(z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart]))]);
const assistantContent = z.union([text, z.array(z.discriminatedUnion('type', [textPart, refusalPart]))]);

const functionCall = z.looseObject({ name: z.string().min(1), arguments: text });
const toolCall = z.looseObject({
  id: z.string().min(1),
  type: z.string().nullish(),
  function: functionCall.optional(),
});

/** One message of any role. Roles and parts are closed sets; members the wire does not define are left alone. */
export const messageSchema = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer']), content: texts, name }),
  z.looseObject({ role: z.literal('user'), content: userContent, name }),
  z.looseObject({
    role: z.literal('assistant'),
    content: assistantContent.nullish(),
    refusal: z.string().nullish(),
    reasoning_content: z.string().nullish(),
    thinking_blocks: z.array(z.looseObject({ type: z.string() })).nullish(),
    tool_calls: z.array(toolCall).nullish(),
    function_call: functionCall.nullish(),
    name,
  }),
  z.looseObject({ role: z.literal('tool'), content: texts, tool_call_id: z.string().min(1) }),
  z.looseObject({ role: z.literal('function'), content: z.string().nullable(), name: z.string().min(1) }),
]);

export type ChatMessageBody = z.infer<typeof messageSchema>;
export type AssistantMessageBody = Extract<ChatMessageBody, { role: 'assistant' }>;
export type UserMessageBody = Extract<ChatMessageBody, { role: 'user' }>;
