import type { Prompt, PromptToolChoice, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type { ConverseBody, ConverseMessage, ConverseRequestBlock } from './converse-request-schema';

const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_IMAGE = 85;
const THINKING_TOKENS = 12;
/** What a model writes at most when nothing is said. */
const MOST_OUTPUT_TOKENS = 8_192;

/** Takes the wire off a checked body. */
export function readConversePrompt(body: ConverseBody, reasoningTokens: number | undefined): Prompt {
  const { messages, inferenceConfig, toolConfig } = body;
  return {
    systemText: systemTextOf(body),
    lastUserText: lastUserText(messages),
    imageCount: blocksOf(messages).filter((block) => block.image).length,
    toolResults: readToolResults(messages),
    tools: (toolConfig?.tools ?? []).flatMap(({ toolSpec }) =>
      toolSpec ? [{ name: toolSpec.name, schema: toolSpec.inputSchema.json }] : [],
    ),
    toolChoice: readToolChoice(toolConfig),
    parallelToolCalls: !forbidsParallelCalls(body),
    format: readFormat(body),
    stopSequences: inferenceConfig?.stopSequences ?? [],
    maxTokens: inferenceConfig?.maxTokens ?? MOST_OUTPUT_TOKENS,
    reasoningTokens: isThinking(body) ? (reasoningTokens ?? THINKING_TOKENS) : 0,
    promptTokens: countConversePrompt(body),
  };
}

/** The same rule as the other emulators': text, 4 a message (the system prompt is one), 85 an image, tools as JSON. */
export function countConversePrompt(body: ConverseBody): number {
  const system = systemTextOf(body);
  return (
    (system === '' ? 0 : TOKENS_PER_MESSAGE + countTokens(system)) +
    body.messages.reduce((sum, { content }) => sum + TOKENS_PER_MESSAGE + tokensIn(content), 0) +
    blocksOf(body.messages).filter((block) => block.image).length * TOKENS_PER_IMAGE +
    (body.toolConfig ? countTokens(JSON.stringify(body.toolConfig.tools)) : 0)
  );
}

function systemTextOf({ system }: ConverseBody): string {
  return (system ?? []).map(({ text }) => text ?? '').join('');
}

function blocksOf(messages: readonly ConverseMessage[]): readonly ConverseRequestBlock[] {
  return messages.flatMap(({ content }) => content);
}

function textOf(blocks: readonly { readonly text?: string }[]): string {
  return blocks.map(({ text }) => text ?? '').join('');
}

function lastUserText(messages: readonly ConverseMessage[]): string {
  const texts = messages.filter(({ role }) => role === 'user').map(({ content }) => textOf(content));
  return texts.findLast((text) => text !== '') ?? '';
}

function tokensIn(content: readonly ConverseRequestBlock[]): number {
  return content.reduce((sum, { text, toolUse, toolResult }) => {
    if (toolUse) return sum + countTokens(toolUse.name + JSON.stringify(toolUse.input));
    return sum + countTokens(toolResult ? textOf(toolResult.content) : (text ?? ''));
  }, 0);
}

function readToolChoice(toolConfig: ConverseBody['toolConfig']): PromptToolChoice {
  const { any, tool } = toolConfig?.toolChoice ?? {};
  if (tool) return { name: tool.name };
  return any ? 'required' : 'auto';
}

/** Anthropic's own choice, beside Converse's. */
function forbidsParallelCalls({ additionalModelRequestFields: fields }: ConverseBody): boolean {
  const choice = fields?.tool_choice as { disable_parallel_tool_use?: unknown } | undefined;
  return choice?.disable_parallel_tool_use === true;
}

function isThinking({ additionalModelRequestFields: fields }: ConverseBody): boolean {
  const { thinking, reasoningConfig, reasoning_effort } = fields ?? {};
  const { type } = (thinking ?? reasoningConfig ?? {}) as { type?: unknown };
  return (type !== undefined && type !== 'disabled') || reasoning_effort !== undefined;
}

function readFormat({ outputConfig }: ConverseBody): Prompt['format'] {
  const schema = outputConfig?.textFormat?.structure.jsonSchema.schema;
  return schema === undefined ? 'text' : { schema: JSON.parse(schema) as unknown };
}

function readToolResults(messages: readonly ConverseMessage[]): readonly PromptToolResult[] {
  const uses = blocksOf(messages).flatMap(({ toolUse }) => toolUse ?? []);
  const results = messages.at(-1)?.content.flatMap(({ toolResult }) => toolResult ?? []) ?? [];
  return results.map(({ toolUseId, content, status }) => ({
    name: uses.findLast((use) => use.toolUseId === toolUseId)?.name ?? 'unknown',
    text: textOf(content),
    isError: status === 'error',
  }));
}
