/** The shape of the generated facts about one model; what the sources do not say is absent. */
export interface SeedFacts {
  readonly mode?: string;
  /** Tokens of prompt and answer together. */
  readonly context?: number;
  readonly input?: number;
  readonly output?: number;
  /** Capabilities it has and has not, with spaces between. */
  readonly yes?: string;
  readonly no?: string;
}

type BySource = Readonly<Record<string, Readonly<Record<string, SeedFacts>>>>;

/** Outer keys are the price list's provider ids. */
export interface FactsSeed {
  /** By the model's own name in lower case. */
  readonly named: BySource;
  /** By the id of the row of the price list that recognises the name. */
  readonly families: BySource;
}
