import type { Prompt, PromptTool, PromptToolChoice, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import { DEFAULT_MAX_TOKENS, REASONING_TOKENS, TOKENS_PER_IMAGE, TOKENS_PER_MESSAGE } from './read-prompt';
import type { ResponsesBody, ResponsesItem } from './responses-request-schema';

type Message = Extract<ResponsesItem, { role: string }>;
type Content = Message['content'];

/** Takes the wire off a checked body. The same conversation on the chat wire is the same prompt. */
export function readResponsesPrompt(body: ResponsesBody, reasoningTokens: number | undefined): Prompt {
  const items: readonly ResponsesItem[] =
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input;
  const messages = items.filter(isMessage);
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer').map(textOf);
  const imageCount = messages.reduce((sum, { content }) => sum + imagesIn(content), 0);
  const tools = readTools(body);
  const texts = body.instructions ? [body.instructions] : [];
  return {
    systemText: [...texts, ...system].join('\n'),
    lastUserText: textOf(messages.findLast(({ role }) => role === 'user')),
    imageCount,
    toolResults: readToolResults(items),
    tools,
    toolChoice: readToolChoice(body),
    parallelToolCalls: body.parallel_tool_calls ?? true,
    format: readFormat(body),
    stopSequences: [],
    maxTokens: body.max_output_tokens ?? DEFAULT_MAX_TOKENS,
    reasoningTokens: reasoningTokens ?? REASONING_TOKENS[body.reasoning?.effort ?? ''] ?? 0,
    promptTokens:
      texts.reduce((sum, text) => sum + TOKENS_PER_MESSAGE + countTokens(text), 0) +
      items.reduce((sum, item) => sum + TOKENS_PER_MESSAGE + tokensIn(item), 0) +
      imageCount * TOKENS_PER_IMAGE +
      (body.tools ? countTokens(JSON.stringify(body.tools)) : 0),
  };
}

function isMessage(item: ResponsesItem): item is Message {
  return 'role' in item;
}

function textOf(message: Message | undefined): string {
  return message === undefined ? '' : textIn(message.content);
}

function textIn(content: Content): string {
  if (typeof content === 'string') return content;
  return content.map((part) => ('text' in part ? part.text : '')).join('');
}

function imagesIn(content: Content): number {
  return typeof content === 'string' ? 0 : content.filter((part) => part.type === 'input_image').length;
}

function tokensIn(item: ResponsesItem): number {
  if (isMessage(item)) return countTokens(textOf(item));
  if (item.type === 'function_call') return countTokens(item.name + item.arguments);
  return item.type === 'function_call_output' ? countTokens(textIn(item.output)) : 0;
}

function readTools(body: ResponsesBody): readonly PromptTool[] {
  const tools: PromptTool[] = [];
  for (const tool of body.tools ?? []) {
    if (tool.type === 'function') tools.push({ name: String(tool.name), schema: tool.parameters ?? undefined });
  }
  return tools;
}

function readToolChoice({ tool_choice: choice = 'auto' }: ResponsesBody): PromptToolChoice {
  if (typeof choice === 'string') return choice;
  return choice.type === 'function' ? { name: String(choice.name) } : 'auto';
}

function readFormat(body: ResponsesBody): Prompt['format'] {
  const format = body.text?.format;
  if (format?.type === 'json_schema') return { schema: format.schema };
  return format?.type === 'json_object' ? 'json' : 'text';
}

/** The run of results at the very end, with the names of the calls they answer. */
function readToolResults(items: readonly ResponsesItem[]): readonly PromptToolResult[] {
  const start = items.findLastIndex((item) => isMessage(item) || item.type !== 'function_call_output') + 1;
  return items.slice(start).flatMap((item) => {
    if (isMessage(item) || item.type !== 'function_call_output') return [];
    const call = items.find(
      (other) => !isMessage(other) && other.type === 'function_call' && other.call_id === item.call_id,
    );
    const name = call !== undefined && 'name' in call ? call.name : 'unknown';
    return [{ name, text: textIn(item.output), isError: false }];
  });
}
