import type { Prompt, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type { CohereChatBody, CohereMessage } from './chat-request-schema';

const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_IMAGE = 85;
const THINKING_TOKENS = 12;
/** What a model writes at most when nothing is said. */
const MOST_OUTPUT_TOKENS = 8_192;

/** Takes the wire off a checked body. */
export function readCoherePrompt(body: CohereChatBody, reasoningTokens: number | undefined): Prompt {
  const { messages, tools = [], response_format } = body;
  const imageCount = messages.reduce((sum, message) => sum + imagesIn(message), 0);
  const isThinking = body.thinking?.type === 'enabled';
  return {
    systemText: textOf(messages.find(({ role }) => role === 'system')),
    lastUserText: textOf(messages.findLast(({ role }) => role === 'user')),
    imageCount,
    toolResults: readToolResults(messages),
    tools: tools.map((tool) => ({ name: tool.function.name, schema: tool.function.parameters })),
    toolChoice: body.tool_choice === undefined ? 'auto' : body.tool_choice === 'NONE' ? 'none' : 'required',
    parallelToolCalls: true,
    format: response_format?.type === 'json_object' ? formatOf(response_format.json_schema) : 'text',
    stopSequences: body.stop_sequences ?? [],
    maxTokens: body.max_tokens ?? MOST_OUTPUT_TOKENS,
    reasoningTokens: isThinking ? (reasoningTokens ?? THINKING_TOKENS) : 0,
    promptTokens:
      messages.reduce((sum, message) => sum + TOKENS_PER_MESSAGE + tokensIn(message), 0) +
      imageCount * TOKENS_PER_IMAGE +
      (body.tools ? countTokens(JSON.stringify(body.tools)) : 0) +
      (body.documents ? countTokens(JSON.stringify(body.documents)) : 0),
  };
}

function formatOf(schema: unknown): Prompt['format'] {
  return schema === undefined ? 'json' : { schema };
}

function textOf(message: CohereMessage | undefined): string {
  const content = message?.content;
  if (content === undefined || typeof content === 'string') return content ?? '';
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function tokensIn(message: CohereMessage): number {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  const callText = calls.map((call) => call.function.name + call.function.arguments);
  return callText.reduce((sum, text) => sum + countTokens(text), countTokens(textOf(message)));
}

function imagesIn({ role, content }: CohereMessage): number {
  return role === 'user' && Array.isArray(content) ? content.filter(({ type }) => type === 'image_url').length : 0;
}

/** The run of tool messages at the very end, with the names of the calls they answer. */
function readToolResults(messages: readonly CohereMessage[]): readonly PromptToolResult[] {
  const start = messages.findLastIndex(({ role }) => role !== 'tool') + 1;
  const asked = messages[start - 1];
  const calls = asked?.role === 'assistant' ? (asked.tool_calls ?? []) : [];
  return messages.slice(start).map((message) => {
    const id = message.role === 'tool' ? message.tool_call_id : '';
    const name = calls.find((call) => call.id === id)?.function.name ?? 'unknown';
    return { name, text: textOf(message), isError: false };
  });
}
