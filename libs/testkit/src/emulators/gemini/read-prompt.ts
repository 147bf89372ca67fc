import type { Prompt, PromptToolChoice, PromptToolResult } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type { GeminiBody, GeminiContent, GeminiRequestPart } from './generate-request-schema';

const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_IMAGE = 85;
const THINKING_TOKENS = 12;
/** What a model writes at most when nothing is said. */
const MOST_OUTPUT_TOKENS = 65_536;

/** Takes the wire off a checked body. */
export function readGeminiPrompt(body: GeminiBody, reasoningTokens: number | undefined): Prompt {
  const { contents, generationConfig } = body;
  const calling = body.toolConfig?.functionCallingConfig;
  return {
    systemText: textOf(body.systemInstruction?.parts ?? []),
    lastUserText: lastUserText(contents),
    imageCount: countImages(contents),
    toolResults: readToolResults(contents),
    tools: declarationsOf(body).map((tool) => ({
      name: tool.name,
      schema: tool.parametersJsonSchema ?? tool.parameters,
    })),
    toolChoice: readToolChoice(calling),
    parallelToolCalls: true,
    format: readFormat(generationConfig),
    stopSequences: generationConfig?.stopSequences ?? [],
    maxTokens: generationConfig?.maxOutputTokens ?? MOST_OUTPUT_TOKENS,
    reasoningTokens: isThinking(body) ? (reasoningTokens ?? THINKING_TOKENS) : 0,
    promptTokens: countGeminiPrompt(body),
  };
}

/** The same rule as the other emulators': text, 4 a message (the system prompt is one), 85 an image, tools as JSON. */
export function countGeminiPrompt(body: GeminiBody): number {
  const system = textOf(body.systemInstruction?.parts ?? []);
  return (
    (system === '' ? 0 : TOKENS_PER_MESSAGE + countTokens(system)) +
    body.contents.reduce((sum, { parts }) => sum + TOKENS_PER_MESSAGE + tokensIn(parts), 0) +
    countImages(body.contents) * TOKENS_PER_IMAGE +
    (body.tools ? countTokens(JSON.stringify(body.tools)) : 0)
  );
}

function declarationsOf(body: GeminiBody) {
  return (body.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? []);
}

function isThinking({ generationConfig }: GeminiBody): boolean {
  const thinking = generationConfig?.thinkingConfig;
  return thinking !== undefined && thinking.thinkingBudget !== 0;
}

function textOf(parts: readonly GeminiRequestPart[]): string {
  return parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join('');
}

function lastUserText(contents: readonly GeminiContent[]): string {
  const texts = contents.filter(({ role }) => role !== 'model').map(({ parts }) => textOf(parts));
  return texts.findLast((text) => text !== '') ?? '';
}

function countImages(contents: readonly GeminiContent[]): number {
  return contents.flatMap(({ parts }) => parts).filter((part) => part.inlineData ?? part.fileData).length;
}

function tokensIn(parts: readonly GeminiRequestPart[]): number {
  return parts.reduce((sum, { text, functionCall, functionResponse }) => {
    if (functionCall) return sum + countTokens(functionCall.name + JSON.stringify(functionCall.args ?? {}));
    return sum + countTokens(functionResponse ? resultText(functionResponse.response) : (text ?? ''));
  }, 0);
}

/** A result's words: what is under the keys the API's reference names, else the whole struct. */
function resultText(response: Readonly<Record<string, unknown>>): string {
  const { output, error } = response;
  if (typeof output === 'string') return output;
  return typeof error === 'string' ? error : JSON.stringify(response);
}

type Calling = NonNullable<GeminiBody['toolConfig']>['functionCallingConfig'];

function readToolChoice(calling: Calling): PromptToolChoice {
  const [only, ...others] = calling?.allowedFunctionNames ?? [];
  if (calling?.mode === 'NONE') return 'none';
  if (calling?.mode !== 'ANY') return 'auto';
  return only !== undefined && others.length === 0 ? { name: only } : 'required';
}

function readFormat(config: GeminiBody['generationConfig']): Prompt['format'] {
  const schema = config?.responseJsonSchema ?? config?.responseSchema;
  if (schema !== undefined) return { schema };
  return config?.responseMimeType === 'application/json' ? 'json' : 'text';
}

function readToolResults(contents: readonly GeminiContent[]): readonly PromptToolResult[] {
  const results = contents.at(-1)?.parts.flatMap(({ functionResponse }) => functionResponse ?? []) ?? [];
  return results.map(({ name, response }) => ({
    name,
    text: resultText(response),
    isError: typeof response.error === 'string',
  }));
}
