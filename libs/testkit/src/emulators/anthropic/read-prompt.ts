import type { Prompt, PromptToolChoice, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type {
  AnthropicBlock,
  AnthropicCountBody,
  AnthropicMessage,
  AnthropicMessagesBody,
} from './messages-request-schema';

const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_IMAGE = 85;
const THINKING_TOKENS = 12;

/** Takes the wire off a checked body. */
export function readAnthropicPrompt(body: AnthropicMessagesBody, reasoningTokens: number | undefined): Prompt {
  const { messages } = body;
  const choice = body.tool_choice;
  return {
    systemText: systemTexts(body).join('\n'),
    lastUserText: lastUserText(messages),
    imageCount: countImages(messages),
    toolResults: readToolResults(messages),
    tools: (body.tools ?? []).map((tool) => ({ name: tool.name, schema: tool.input_schema })),
    toolChoice: readToolChoice(choice),
    parallelToolCalls: !(choice && 'disable_parallel_tool_use' in choice && choice.disable_parallel_tool_use),
    format: body.output_config?.format ? { schema: body.output_config.format.schema } : 'text',
    stopSequences: body.stop_sequences ?? [],
    maxTokens: body.max_tokens,
    reasoningTokens: isThinking(body) ? (reasoningTokens ?? THINKING_TOKENS) : 0,
    promptTokens: countAnthropicPrompt(body),
  };
}

/** The same rule as the OpenAI emulator's: text, 4 a message (the system prompt is one), 85 an image, tools as JSON. */
export function countAnthropicPrompt(body: AnthropicCountBody): number {
  const systems = systemTexts(body);
  const spoken = body.messages.filter((message) => message.role !== 'system');
  return (
    systems.reduce((sum, text) => sum + TOKENS_PER_MESSAGE + countTokens(text), 0) +
    spoken.reduce((sum, message) => sum + TOKENS_PER_MESSAGE + tokensIn(message), 0) +
    countImages(body.messages) * TOKENS_PER_IMAGE +
    (body.tools ? countTokens(JSON.stringify(body.tools)) : 0)
  );
}

function isThinking(body: AnthropicMessagesBody): boolean {
  return body.thinking !== undefined && body.thinking.type !== 'disabled';
}

function blocksOf(message: AnthropicMessage): readonly AnthropicBlock[] {
  return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
}

function textOf(blocks: readonly { readonly type: string; readonly text?: string }[]): string {
  return blocks.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
}

function systemTexts(body: AnthropicCountBody): string[] {
  const leading = typeof body.system === 'string' ? body.system : textOf(body.system ?? []);
  const later = body.messages
    .filter((message) => message.role === 'system')
    .map((message) => textOf(blocksOf(message)));
  return [leading, ...later].filter((text) => text !== '');
}

/** A user turn that only carries tool results says nothing; the one before it is what was asked. */
function lastUserText(messages: readonly AnthropicMessage[]): string {
  const texts = messages.filter((message) => message.role === 'user').map((message) => textOf(blocksOf(message)));
  return texts.findLast((text) => text !== '') ?? '';
}

function countImages(messages: readonly AnthropicMessage[]): number {
  return messages.flatMap(blocksOf).filter((block) => block.type === 'image').length;
}

function tokensIn(message: AnthropicMessage): number {
  return blocksOf(message).reduce((sum, block) => {
    if (block.type === 'text') return sum + countTokens(block.text);
    if (block.type === 'tool_use') return sum + countTokens(block.name + JSON.stringify(block.input));
    return sum + (block.type === 'tool_result' ? countTokens(resultText(block.content)) : 0);
  }, 0);
}

function resultText(content: Extract<AnthropicBlock, { type: 'tool_result' }>['content']): string {
  return typeof content === 'string' ? content : textOf((content ?? []) as { type: string; text?: string }[]);
}

function readToolChoice(choice: AnthropicMessagesBody['tool_choice']): PromptToolChoice {
  if (choice?.type === 'tool') return { name: choice.name };
  if (choice?.type === 'any') return 'required';
  return choice?.type === 'none' ? 'none' : 'auto';
}

function readToolResults(messages: readonly AnthropicMessage[]): readonly PromptToolResult[] {
  const last = messages.at(-1);
  const uses = messages.flatMap(blocksOf).filter((block) => block.type === 'tool_use');
  if (last?.role !== 'user') return [];
  return blocksOf(last).flatMap((block) => {
    if (block.type !== 'tool_result') return [];
    const use = uses.findLast((candidate) => candidate.id === block.tool_use_id);
    return [{ name: use?.name ?? 'unknown', text: resultText(block.content), isError: block.is_error ?? false }];
  });
}
