import { type ChatRequest, isRecord, type ResponseFormat } from '@gateway/domain';
import { fieldOf, unknownFieldsOf } from './fields';
import { jsonSchemaOf } from './json-schema-of';

type Fields = Readonly<Record<string, unknown>>;

const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'stopSequences', 'seed'],
  ...['presencePenalty', 'frequencyPenalty', 'responseMimeType', 'responseSchema', 'responseJsonSchema'],
  ...['thinkingConfig', 'responseLogprobs', 'logprobs'],
]);

const JSON_TYPE = 'application/json';
/** The least that Anthropic's wire takes; below it a budget says no more than "little". */
const LEAST_BUDGET_TOKENS = 1024;

/** `generationConfig` → settings of the hub; what it has no word for goes to `unmapped` by its path. */
export function decodeGenerationConfig(config: Fields, unmapped: Record<string, unknown>): Partial<ChatRequest> {
  for (const [name, value] of unknownFieldsOf(config, UNDERSTOOD)) {
    if (!saysNothing(name, value)) unmapped[`generationConfig.${name}`] = value;
  }
  const thinking = fieldOf(config, 'thinkingConfig');
  return {
    ...decodeNumbers(config),
    ...decodeStop(config),
    ...decodeFormat(config, unmapped),
    ...decodeLogprobs(config),
    ...(isRecord(thinking) && decodeThinking(thinking)),
  };
}

/** Text is what there is anyway. */
function saysNothing(name: string, value: unknown): boolean {
  if (value === false) return true;
  const isModalities = name === 'responseModalities' || name === 'response_modalities';
  return isModalities && Array.isArray(value) && value.every((one) => String(one).toUpperCase() === 'TEXT');
}

const NUMBERS = [
  'temperature',
  'topP',
  'topK',
  'maxOutputTokens',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
] as const satisfies readonly (keyof ChatRequest)[];

function decodeNumbers(config: Fields): Partial<ChatRequest> {
  const settings: { -readonly [Name in (typeof NUMBERS)[number]]?: number } = {};
  for (const name of NUMBERS) {
    const value = fieldOf(config, name);
    if (typeof value === 'number') settings[name] = value;
  }
  const choiceCount = fieldOf(config, 'candidateCount');
  return { ...settings, ...(typeof choiceCount === 'number' && { choiceCount }) };
}

function decodeLogprobs(config: Fields): Pick<ChatRequest, 'logprobs'> {
  const alternatives = fieldOf(config, 'logprobs');
  if (fieldOf(config, 'responseLogprobs') !== true) return {};
  return { logprobs: { alternatives: typeof alternatives === 'number' ? alternatives : 0 } };
}

function decodeStop(config: Fields): Partial<ChatRequest> {
  const sequences = fieldOf(config, 'stopSequences');
  return Array.isArray(sequences) && sequences.length > 0 ? { stopSequences: sequences as string[] } : {};
}

/** A schema needs a name on other wires and has none here. */
function decodeFormat(config: Fields, unmapped: Record<string, unknown>): { responseFormat?: ResponseFormat } {
  const mediaType = fieldOf(config, 'responseMimeType');
  if (mediaType === undefined || mediaType === 'text/plain') return {};
  if (mediaType !== JSON_TYPE) {
    unmapped['generationConfig.responseMimeType'] = mediaType;
    return {};
  }
  const own = fieldOf(config, 'responseJsonSchema');
  const older = fieldOf(config, 'responseSchema');
  const schema = own ?? (older === undefined ? undefined : jsonSchemaOf(older));
  return {
    responseFormat: schema === undefined ? { type: 'json-object' } : { type: 'json-schema', name: 'response', schema },
  };
}

/** A budget of -1 leaves it to the model, which is what saying nothing means elsewhere. */
function decodeThinking(thinking: Fields): Partial<ChatRequest> {
  const level = fieldOf(thinking, 'thinkingLevel');
  if (typeof level === 'string' && level !== 'THINKING_LEVEL_UNSPECIFIED') {
    return { reasoning: { effort: level.toLowerCase() } };
  }
  const budget = fieldOf(thinking, 'thinkingBudget');
  if (typeof budget !== 'number' || budget < 0) return {};
  if (budget === 0) return { reasoning: { effort: 'none' } };
  const budgetTokens = Math.max(LEAST_BUDGET_TOKENS, budget);
  return { reasoning: { effort: effortOf(budgetTokens), budgetTokens } };
}

/** The way back of what Google's OpenAI endpoint makes of efforts: 1,024, 8,192 and 24,576 tokens. */
function effortOf(budgetTokens: number): string {
  if (budgetTokens < 8192) return 'low';
  return budgetTokens < 24_576 ? 'medium' : 'high';
}
