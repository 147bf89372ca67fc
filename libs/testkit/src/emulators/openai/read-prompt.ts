import type { Prompt, PromptTool, PromptToolChoice, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type { OpenAiChatBody, OpenAiMessage } from './chat-request-schema';

export const TOKENS_PER_MESSAGE = 4;
export const TOKENS_PER_IMAGE = 85;
export const REASONING_TOKENS: Readonly<Record<string, number>> = { low: 8, medium: 16, high: 32, xhigh: 64, max: 64 };
/** What the model writes at most when nobody sets a limit. */
export const DEFAULT_MAX_TOKENS = 16_384;

/** Takes the wire off a checked body. */
export function readOpenAiPrompt(body: OpenAiChatBody, reasoningTokens: number | undefined): Prompt {
  const { messages } = body;
  const tools = readTools(body);
  const imageCount = messages.reduce((sum, message) => sum + imagesIn(message), 0);
  return {
    systemText: messages.filter(isSystem).map(textOf).join('\n'),
    lastUserText: textOf(messages.findLast((message) => message.role === 'user')),
    imageCount,
    toolResults: readToolResults(messages),
    tools,
    toolChoice: readToolChoice(body),
    parallelToolCalls: body.parallel_tool_calls ?? true,
    format: readFormat(body),
    stopSequences: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? DEFAULT_MAX_TOKENS,
    reasoningTokens: reasoningTokens ?? REASONING_TOKENS[body.reasoning_effort ?? ''] ?? 0,
    promptTokens:
      messages.reduce((sum, message) => sum + TOKENS_PER_MESSAGE + tokensIn(message), 0) +
      imageCount * TOKENS_PER_IMAGE +
      (body.tools ? countTokens(JSON.stringify(body.tools)) : 0),
  };
}

function isSystem(message: OpenAiMessage): boolean {
  return message.role === 'system' || message.role === 'developer';
}

function textOf(message: OpenAiMessage | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function tokensIn(message: OpenAiMessage): number {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  const callTokens = calls.reduce(
    (sum, call) => sum + (call.type === 'function' ? countTokens(call.function.name + call.function.arguments) : 0),
    0,
  );
  return countTokens(textOf(message)) + callTokens;
}

function imagesIn(message: OpenAiMessage): number {
  if (message.role !== 'user' || typeof message.content === 'string') return 0;
  return message.content.filter((part) => part.type === 'image_url').length;
}

function readTools(body: OpenAiChatBody): readonly PromptTool[] {
  const tools: PromptTool[] = [];
  for (const tool of body.tools ?? []) {
    if (tool.type === 'function') tools.push({ name: tool.function.name, schema: tool.function.parameters });
  }
  return tools;
}

function readToolChoice(body: OpenAiChatBody): PromptToolChoice {
  const choice = body.tool_choice ?? 'auto';
  if (typeof choice === 'string') return choice;
  return choice.type === 'function' ? { name: choice.function.name } : 'auto';
}

function readFormat(body: OpenAiChatBody): Prompt['format'] {
  const format = body.response_format;
  if (format?.type === 'json_schema') return { schema: format.json_schema.schema ?? { type: 'object' } };
  return format?.type === 'json_object' ? 'json' : 'text';
}

/** The run of tool messages at the very end, with the names of the calls they answer. */
function readToolResults(messages: readonly OpenAiMessage[]): readonly PromptToolResult[] {
  const start = messages.findLastIndex((message) => message.role !== 'tool') + 1;
  const asked = messages[start - 1];
  const calls = asked?.role === 'assistant' ? (asked.tool_calls ?? []) : [];
  return messages.slice(start).map((message) => {
    const id = message.role === 'tool' ? message.tool_call_id : '';
    const call = calls.find((candidate) => candidate.id === id);
    const name = call?.type === 'function' ? call.function.name : 'unknown';
    return { name, text: textOf(message), isError: false };
  });
}
