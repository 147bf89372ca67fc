import { openAiWire } from '../openai/openai-wire';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { watsonxChatSchema, watsonxChatSchemaClosed } from './chat-request-schema';
import { inWatsonxWords } from './in-watsonx-words';
import { scopeFault } from './scope-fault';
import { invalidBody, invalidDocument } from './watsonx-refusals';

export interface WatsonxCallKind {
  readonly stream: boolean;
  /** The deployment that is called; null for a model of the service. */
  readonly deployment: string | null;
}

/** `text/chat` and `text/chat_stream`: checked in its own words, then answered as OpenAI's emulator would. */
export function readWatsonxChat(given: unknown, closed: boolean, kind: WatsonxCallKind): Checked<ChatCall> {
  const parsed = (closed ? watsonxChatSchemaClosed : watsonxChatSchema).safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalidBody(parsed.error) };
  const fault = scopeFault(parsed.data, kind.deployment);
  if (fault !== null) return { refusal: invalidDocument(fault) };
  const { model_id, project_id: _project, space_id: _space, tool_choice_option, tool_choice, ...body } = parsed.data;
  if (tool_choice_option && tool_choice) return { refusal: invalidDocument('only one of the tool choices may be set') };
  const choice = tool_choice ?? tool_choice_option;
  const { max_tokens, max_completion_tokens = max_tokens, ...settings } = body;
  const near = {
    ...settings,
    model: kind.deployment ?? model_id,
    // 0 is as many as there may be.
    ...(max_completion_tokens && { max_completion_tokens }),
    ...(choice !== undefined && { tool_choice: choice }),
    ...(kind.stream && { stream: true, stream_options: { include_usage: true } }),
  };
  const checked = openAiWire.readChat(near, false);
  if ('refusal' in checked) return { refusal: invalidDocument(checked.refusal.message) };
  const call = checked.value;
  return { value: { ...call, answer: (how, sequence) => inWatsonxWords(call.answer(how, sequence)) } };
}
