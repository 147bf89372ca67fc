import type { Prompt, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type { MistralChatBody, MistralMessage } from './chat-request-schema';

const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_IMAGE = 85;
const THINKING_TOKENS = 12;
/** What a model writes at most when nothing is said. */
const MOST_OUTPUT_TOKENS = 65_536;

/** Takes the wire off a checked body. Models with `magistral` in their name think. */
export function readMistralPrompt(body: MistralChatBody, reasoningTokens: number | undefined): Prompt {
  const { messages } = body;
  const tools = body.tools ?? [];
  const format = body.response_format;
  const schema = format?.json_schema?.schema;
  return {
    systemText: messages
      .filter(({ role }) => role === 'system')
      .map(textOf)
      .join('\n'),
    lastUserText: textOf(messages.findLast(({ role }) => role === 'user')),
    imageCount: countImages(messages),
    toolResults: readToolResults(messages),
    tools: tools.map((tool) => ({ name: tool.function.name, schema: tool.function.parameters })),
    toolChoice: readToolChoice(body.tool_choice),
    parallelToolCalls: body.parallel_tool_calls ?? true,
    format: schema ? { schema } : format?.type === 'json_object' ? 'json' : 'text',
    stopSequences: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    maxTokens: body.max_tokens ?? MOST_OUTPUT_TOKENS,
    reasoningTokens: body.model.includes('magistral') ? (reasoningTokens ?? THINKING_TOKENS) : 0,
    promptTokens:
      messages.reduce((sum, message) => sum + TOKENS_PER_MESSAGE + tokensIn(message), 0) +
      countImages(messages) * TOKENS_PER_IMAGE +
      (tools.length > 0 ? countTokens(JSON.stringify(tools)) : 0),
  };
}

function textOf(message: MistralMessage | undefined): string {
  const content = message?.content ?? '';
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function tokensIn(message: MistralMessage): number {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  return calls.reduce(
    (sum, call) => {
      const { name, arguments: args } = call.function;
      return sum + countTokens(name + (typeof args === 'string' ? args : JSON.stringify(args)));
    },
    countTokens(textOf(message)),
  );
}

function countImages(messages: readonly MistralMessage[]): number {
  return messages.flatMap(({ content }) =>
    Array.isArray(content) ? content.filter((part) => part.type === 'image_url') : [],
  ).length;
}

function readToolChoice(choice: MistralChatBody['tool_choice'] = 'auto'): Prompt['toolChoice'] {
  if (typeof choice === 'object') return { name: choice.function.name };
  return choice === 'any' ? 'required' : choice;
}

function readToolResults(messages: readonly MistralMessage[]): readonly PromptToolResult[] {
  const start = messages.findLastIndex(({ role }) => role !== 'tool') + 1;
  const asked = messages[start - 1];
  const calls = asked?.role === 'assistant' ? (asked.tool_calls ?? []) : [];
  return messages.slice(start).map((message) => {
    const id = message.role === 'tool' ? message.tool_call_id : undefined;
    const name = calls.find((call) => call.id === id)?.function.name ?? 'unknown';
    return { name, text: textOf(message), isError: false };
  });
}
