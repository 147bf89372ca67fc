import type { ClientChatWire } from '@gateway/domain';

/**
 * Settings by their name on OpenAI's wire, or on Anthropic's where only that has it → what clients of Gemini's wire
 * call them.
 */
const GEMINI: ReadonlyMap<string, string> = new Map([
  ['n', 'generationConfig.candidateCount'],
  ['seed', 'generationConfig.seed'],
  ['frequency_penalty', 'generationConfig.frequencyPenalty'],
  ['presence_penalty', 'generationConfig.presencePenalty'],
  ['temperature', 'generationConfig.temperature'],
  ['top_p', 'generationConfig.topP'],
  ['top_k', 'generationConfig.topK'],
  ['stop', 'generationConfig.stopSequences'],
  ['response_format', 'generationConfig.responseMimeType'],
  ['reasoning_effort', 'generationConfig.thinkingConfig'],
  ['thinking', 'generationConfig.thinkingConfig'],
]);

/** Encoders report what they cannot express by one name; the client is told its own, and places in its own body. */
export function clientParameterName(name: string, clientWire: ClientChatWire | undefined): string {
  if (clientWire !== 'gemini-generate') return name;
  const [, index] = /^messages\[(\d+)\]\.content$/.exec(name) ?? [];
  return index === undefined ? (GEMINI.get(name) ?? name) : `contents[${index}].parts`;
}
