import type { ChatCallWire, ChatRequest } from '@gateway/domain';

/** Settings that some provider's wire has no word for, or not every value of, as the hub calls them. */
const OPENAI = {
  user: 'user',
  serviceTier: 'service_tier',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  choiceCount: 'n',
  responseFormat: 'response_format',
  stopSequences: 'stop',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  seed: 'seed',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  effort: 'reasoning_effort',
  budgetTokens: 'reasoning_effort',
} as const;

export type ClientSetting = keyof typeof OPENAI;
const SETTINGS = Object.keys(OPENAI) as ClientSetting[];

/** What a wire's clients cannot say at all keeps OpenAI's name. */
const BY_WIRE: Readonly<Record<ChatCallWire, Readonly<Record<ClientSetting, string>>>> = {
  'openai-chat': OPENAI,
  'openai-responses': {
    ...OPENAI,
    logprobs: 'include',
    responseFormat: 'text.format',
    effort: 'reasoning.effort',
    budgetTokens: 'reasoning.effort',
  },
  'openai-completions': { ...OPENAI, topLogprobs: 'logprobs' },
  'anthropic-messages': {
    ...OPENAI,
    user: 'metadata.user_id',
    parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
    responseFormat: 'output_config.format',
    stopSequences: 'stop_sequences',
    effort: 'thinking',
    budgetTokens: 'thinking.budget_tokens',
  },
  'gemini-generate': {
    ...OPENAI,
    serviceTier: 'serviceTier',
    toolChoice: 'toolConfig.functionCallingConfig',
    parallelToolCalls: 'parallelToolCalls',
    choiceCount: 'generationConfig.candidateCount',
    responseFormat: 'generationConfig.responseMimeType',
    stopSequences: 'generationConfig.stopSequences',
    temperature: 'generationConfig.temperature',
    topP: 'generationConfig.topP',
    topK: 'generationConfig.topK',
    seed: 'generationConfig.seed',
    logprobs: 'generationConfig.responseLogprobs',
    topLogprobs: 'generationConfig.logprobs',
    frequencyPenalty: 'generationConfig.frequencyPenalty',
    presencePenalty: 'generationConfig.presencePenalty',
    effort: 'generationConfig.thinkingConfig',
    budgetTokens: 'generationConfig.thinkingConfig',
  },
  native: {
    ...OPENAI,
    serviceTier: 'parameters.service_tier',
    stopSequences: 'parameters.stop',
    temperature: 'parameters.temperature',
    topP: 'parameters.top_p',
    topK: 'parameters.top_k',
    seed: 'parameters.seed',
    frequencyPenalty: 'parameters.frequency_penalty',
    presencePenalty: 'parameters.presence_penalty',
    effort: 'parameters.reasoning_effort',
    budgetTokens: 'parameters.reasoning_budget_tokens',
  },
};

type Client = Pick<ChatRequest, 'clientWire' | 'messagePlaces'>;

/** What the client itself calls a setting that this wire cannot take as it is. */
export function clientSettingName(setting: ClientSetting, { clientWire }: Client): string {
  return BY_WIRE[clientWire ?? 'openai-chat'][setting];
}

/** What the client itself calls what is `field` on OpenAI's chat wire. */
export function clientFieldName(field: string, client: Client): string {
  const setting = SETTINGS.find((name) => OPENAI[name] === field);
  return setting === undefined ? field : clientSettingName(setting, client);
}

const CONTENT: Readonly<Record<ChatCallWire, string>> = {
  'openai-chat': '.content',
  // An item is told from others by its place; what holds its content depends on its type.
  'openai-responses': '',
  // Its one message is the prompt.
  'openai-completions': '',
  'anthropic-messages': '.content',
  'gemini-generate': '.parts',
  native: '.content',
};

/** Where a message stands in the client's own body. */
export function clientMessagePlace(index: number, { clientWire, messagePlaces }: Client): string {
  return messagePlaces?.[index] ?? (clientWire === 'gemini-generate' ? `contents[${index}]` : `messages[${index}]`);
}

/** Where its content stands. */
export function clientContentPlace(index: number, client: Client): string {
  return clientMessagePlace(index, client) + CONTENT[client.clientWire ?? 'openai-chat'];
}
