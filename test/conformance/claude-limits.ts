/** What Claude cannot do, whoever serves it. */
export const CLAUDE_LIMITS = {
  refuses: {
    'several answers': 'every wire',
    seed: 'every wire',
    'audio input': 'every wire',
    'log-probabilities': 'every wire',
  },
} as const;
