/**
 * OpenAI names an effort, Anthropic's older models take a budget of thinking tokens. Neither vendor publishes an
 * exchange rate; the anchors are the API's minimum (1,024) and the size above which Anthropic's extended-thinking guide
 * advises batch processing (32k), with steps of two to four in between.
 */
interface EffortRow {
  readonly effort: string;
  readonly budgetTokens: number;
  /** Anthropic's own name in `output_config.effort` (`low` … `max`). */
  readonly outputEffort: string;
  /** Whether a budget is read back as this effort: only the three that every OpenAI reasoning model takes. */
  readonly readBack: boolean;
  readonly why: string;
}

const EFFORT_TABLE: readonly EffortRow[] = [
  { effort: 'minimal', budgetTokens: 1024, outputEffort: 'low', readBack: false, why: 'least budget the API takes' },
  { effort: 'low', budgetTokens: 2048, outputEffort: 'low', readBack: true, why: 'room for a short plan' },
  { effort: 'medium', budgetTokens: 8192, outputEffort: 'medium', readBack: true, why: 'OpenAI default effort' },
  { effort: 'high', budgetTokens: 16_384, outputEffort: 'high', readBack: true, why: 'usual ceiling of hard tasks' },
  {
    effort: 'xhigh',
    budgetTokens: 32_768,
    outputEffort: 'xhigh',
    readBack: false,
    why: 'above it, batches are advised',
  },
];

export type ThinkingStyle = 'none' | 'budget' | 'adaptive';

/**
 * Which models take which way of asking, first match wins. Before 3.7 none could think; up to the 4.5 generation only a
 * budget is understood; from 4.6 on the SDK warns that a budget is deprecated (`MODELS_TO_WARN_WITH_THINKING_ENABLED`,
 * @anthropic-ai/sdk 1.11.0). Other vendors' models behind this wire copied the budget.
 */
const THINKING_STYLES: readonly { readonly pattern: RegExp; readonly style: ThinkingStyle }[] = [
  { pattern: /claude-(?:2|instant|3-(?!7))/, style: 'none' },
  // A date may follow the version (`-4-20250514`), another minor version may not (`-4-6`).
  { pattern: /claude-(?:3-7|(?:opus|sonnet|haiku)-4(?:[-.][0-5])?(?!\d|[-.]\d{1,2}(?!\d)))/, style: 'budget' },
  { pattern: /claude-/, style: 'adaptive' },
];

export function thinkingStyleOf(model: string): ThinkingStyle {
  return THINKING_STYLES.find((row) => row.pattern.test(model))?.style ?? 'budget';
}

/** Undefined for an effort we do not know. */
export function budgetOfEffort(effort: string): number | undefined {
  return EFFORT_TABLE.find((row) => row.effort === effort)?.budgetTokens;
}

export function outputEffortOf(effort: string): string | undefined {
  return EFFORT_TABLE.find((row) => row.effort === effort)?.outputEffort;
}

/** The highest effort whose budget fits in the given one, at least `low`. */
export function effortOfBudget(budgetTokens: number): string {
  const fitting = EFFORT_TABLE.filter((row) => row.readBack && row.budgetTokens <= budgetTokens);
  return fitting.at(-1)?.effort ?? 'low';
}
