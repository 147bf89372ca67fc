/** OpenAI's own limits of a batch. */
export const MOST_LINES = 50_000;
export const LONGEST_CUSTOM_ID = 512;

/** A line is held whole. Pictures and PDFs in it fit. */
export const MOST_LINE_BYTES = 16 * 1024 * 1024;
/** Faults of an input that are told; there may be one in every line. */
export const MOST_INPUT_FAULTS = 100;

/** How much of one batch an edge holds at once. */
export interface HeldLimits {
  /** Request lines that are being answered; a larger one goes alone. */
  readonly openLineBytes: number;
  /** How far lines may be answered ahead of the first one that is not. */
  readonly linesAhead: number;
  /** So many results are worth storing; what comes more slowly is stored every second. */
  readonly storedAtBytes: number;
  /** While so many wait to be stored, no line is begun. */
  readonly resultBytes: number;
}

const MB = 1024 * 1024;

export const HELD_LIMITS: HeldLimits = {
  openLineBytes: 32 * MB,
  linesAhead: 1_000,
  storedAtBytes: MB / 2,
  resultBytes: 8 * MB,
};
export const STORED_EVERY_MS = 1_000;
