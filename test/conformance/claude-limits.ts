/** What Claude cannot do, whoever serves it. */
export const CLAUDE_LIMITS = {
  refuses: {
    'several answers': 'every wire',
    seed: 'every wire',
    'audio input': 'every wire',
    'log-probabilities': 'every wire',
  },
  // A thought without its signature is no good to it, and OpenAI's chat has no place for one.
  untested: { 'reasoning returned': ['openai-chat'] },
} as const;
