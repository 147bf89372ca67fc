/**
 * Text completions of a provider of OpenAI's wire, at `/completions` below the same base URL. Every such provider is
 * called there for a model whose `model_info.mode` is `completion`; this says for which models it is without being told.
 */
export interface RowCompletions {
  /** By the model's name at the provider; absent where it is never done untold. */
  readonly has?: (providerModel: string) => boolean;
  /** Those models have no chat: other clients' conversations are written as a prompt. */
  readonly isOnlyWay?: true;
  /** Where the call is at some base URLs only. */
  readonly isAt?: (baseUrl: string) => boolean;
  /** Mistral completes code, at `/fim/completions` and with answers of another form. */
  readonly wire?: 'mistral-fim';
}

/** Servers that complete with whatever they chat with, as their own documentation shows. */
export const EVERY_MODEL: RowCompletions = { has: () => true };

/** OpenAI's models that only complete, and what was tuned from them (platform.openai.com/docs/models). Azure spells one `gpt-35`. */
export function completesOnly(providerModel: string): boolean {
  return /^(?:ft:)?(?:gpt-3\.?5-turbo-instruct|davinci-002|babbage-002)(?:[-:.+]|$)/.test(providerModel);
}

export const OPENAI_COMPLETIONS: RowCompletions = { has: completesOnly, isOnlyWay: true };

/** In beta, at its own address, and not for the model that reasons (api-docs.deepseek.com/api/create-completion). */
export const DEEPSEEK_COMPLETIONS: RowCompletions = {
  has: (model) => !model.includes('reasoner'),
  isAt: (baseUrl) => /\/beta\/*$/.test(baseUrl),
};

/** Fill-in-the-middle is not what a chat with the same model would say, so it is for who asks for it. */
export const MISTRAL_COMPLETIONS: RowCompletions = { wire: 'mistral-fim' };
