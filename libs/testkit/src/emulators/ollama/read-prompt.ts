import type { Prompt, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type { OllamaChatBody, OllamaMessage } from './chat-request-schema';

const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_IMAGE = 85;
const THINKING_TOKENS = 12;
const TOKENS_OF_LEVEL: Readonly<Record<string, number>> = { low: 8, medium: 16, high: 32 };
/** What a model writes at most when nothing is said. */
const MOST_OUTPUT_TOKENS = 65_536;

/** Takes the wire off a checked body. */
export function readOllamaPrompt(body: OllamaChatBody, reasoningTokens: number | undefined): Prompt {
  const { messages = [], options = {}, tools = [], format } = body;
  const predicted = options.num_predict ?? -1;
  return {
    systemText: messages.flatMap(({ role, content }) => (role === 'system' ? (content ?? '') : [])).join('\n'),
    lastUserText: messages.findLast(({ role }) => role === 'user')?.content ?? '',
    imageCount: countImages(messages),
    toolResults: readToolResults(messages),
    tools: tools.map((tool) => ({ name: tool.function.name, schema: tool.function.parameters })),
    toolChoice: 'auto',
    parallelToolCalls: true,
    format: typeof format === 'object' ? { schema: format } : format === 'json' ? 'json' : 'text',
    stopSequences: options.stop ?? [],
    maxTokens: predicted < 0 ? MOST_OUTPUT_TOKENS : predicted,
    reasoningTokens: body.think ? (reasoningTokens ?? TOKENS_OF_LEVEL[String(body.think)] ?? THINKING_TOKENS) : 0,
    promptTokens:
      messages.reduce((sum, message) => sum + TOKENS_PER_MESSAGE + tokensIn(message), 0) +
      countImages(messages) * TOKENS_PER_IMAGE +
      (tools.length > 0 ? countTokens(JSON.stringify(tools)) : 0),
  };
}

function countImages(messages: readonly OllamaMessage[]): number {
  return messages.reduce((sum, { images = [] }) => sum + images.length, 0);
}

function tokensIn({ content = '', tool_calls: calls = [] }: OllamaMessage): number {
  return calls.reduce(
    (sum, call) => sum + countTokens(call.function.name + JSON.stringify(call.function.arguments)),
    countTokens(content),
  );
}

/** The run of tool messages at the very end; they name the tool themselves. */
function readToolResults(messages: readonly OllamaMessage[]): readonly PromptToolResult[] {
  const start = messages.findLastIndex(({ role }) => role !== 'tool') + 1;
  return messages.slice(start).map(({ tool_name: name, content }) => ({
    name: name ?? 'unknown',
    text: content ?? '',
    isError: false,
  }));
}
