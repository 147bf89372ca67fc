/**
 * Converse is one wire for many makers' models, but each maker has settings of its own, and some things only some of
 * them can do. Sources: Amazon's pages "Supported models and features", "Inference request parameters", "Prompt
 * caching" and "Structured outputs" of the Bedrock user guide.
 */
export interface ModelTraits {
  /** How one asks for thinking; null where one cannot. */
  readonly thinking: 'claude' | 'nova' | 'effort' | null;
  /** Where `top_k` goes among the model's own fields; null where the model has none. */
  readonly topK: readonly string[] | null;
  /** Where a cache point may stand. */
  readonly cachePoints: 'anywhere' | 'not-in-tools' | 'nowhere';
  /** Whether the model's own fields take Anthropic's names. */
  readonly isClaude: boolean;
}

const CLAUDE: ModelTraits = { thinking: 'claude', topK: ['top_k'], cachePoints: 'anywhere', isClaude: true };
const PLAIN: ModelTraits = { thinking: null, topK: null, cachePoints: 'nowhere', isClaude: false };

const TRAITS: readonly { readonly pattern: RegExp; readonly traits: ModelTraits }[] = [
  { pattern: /claude/, traits: CLAUDE },
  {
    pattern: /amazon\.nova-2|nova-2-/,
    traits: { ...PLAIN, thinking: 'nova', topK: ['inferenceConfig', 'topK'], cachePoints: 'not-in-tools' },
  },
  { pattern: /nova/, traits: { ...PLAIN, topK: ['inferenceConfig', 'topK'], cachePoints: 'not-in-tools' } },
  { pattern: /gpt-oss/, traits: { ...PLAIN, thinking: 'effort' } },
  { pattern: /mistral|mixtral|pixtral/, traits: { ...PLAIN, topK: ['top_k'] } },
  { pattern: /cohere/, traits: { ...PLAIN, topK: ['k'] } },
];

/**
 * By the model's id. The ARN of a profile or of a model of one's own says nothing of who made it; most that have one are
 * Anthropic's.
 */
export function modelTraitsOf(model: string): ModelTraits {
  const name = model.toLowerCase();
  const known = TRAITS.find(({ pattern }) => pattern.test(name));
  return known?.traits ?? (name.startsWith('arn:') ? CLAUDE : PLAIN);
}

/** Models that write to a JSON schema by themselves; the others are made to by a tool. */
const WRITES_TO_SCHEMA: readonly RegExp[] = [
  /claude-(?:opus|sonnet|haiku)-(?:4[-.](?:[5-9]|1\d)(?!\d)|[5-9](?!\d))/,
  /qwen3|gpt-oss|deepseek\.v3|gemma-3|minimax|kimi|nemotron|magistral|ministral|mistral-large-3/,
];

export function writesToSchema(model: string): boolean {
  const name = model.toLowerCase();
  return WRITES_TO_SCHEMA.some((pattern) => pattern.test(name));
}
