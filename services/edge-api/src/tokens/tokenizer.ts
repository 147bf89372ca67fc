import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Longest text that is tokenized in one piece. An unbroken run costs the square of its length (100,000 times "a" took 6 s),
 * so that a whole text is never given to the tokenizer; the cuts make a count at most a few tokens in a thousand too high.
 */
const SLICE_CHARS = 1_024;
/** After so many slices (a few milliseconds) whoever waits gets a turn. */
const SLICES_PER_TURN = 16;

type CountTokens = (text: string, options: { readonly disallowedSpecial: Set<string> }) => number;
type Encoding = 'o200k_base' | 'cl100k_base';

/** What looks like a token of the model's own machinery is text like any other here. */
const PLAIN_TEXT = { disallowedSpecial: new Set<string>() };
const loaded = new Map<Encoding, Promise<CountTokens>>();

/**
 * Tokens of texts for a model, by its own vocabulary where that is published, else by OpenAI's present one. For a thread of
 * its own: loading a vocabulary holds up whoever does it for half a second.
 */
export async function tokenize(model: string, texts: readonly string[]): Promise<number> {
  const count = await load(encodingOf(model));
  let tokens = 0;
  let slices = 0;
  for (const text of texts) {
    for (let from = 0; from < text.length; ) {
      const to = endOfSlice(text, from);
      tokens += count(text.slice(from, to), PLAIN_TEXT);
      from = to;
      slices += 1;
      if (slices % SLICES_PER_TURN === 0) await nextTurn();
    }
  }
  return tokens;
}

/** GPT-4 and 3.5 have the older vocabulary. */
function encodingOf(model: string): Encoding {
  return /(?:^|\/)(?:gpt-4(?![o.\d])|gpt-3\.5|text-embedding-)/.test(model) ? 'cl100k_base' : 'o200k_base';
}

/** Loaded when first asked for: a vocabulary takes 0.2 to 0.5 s once, and 58 MB for good (measured, gpt-tokenizer 4.0.0). */
function load(encoding: Encoding): Promise<CountTokens> {
  let module = loaded.get(encoding);
  if (module === undefined) {
    const source =
      encoding === 'o200k_base'
        ? import('gpt-tokenizer/encoding/o200k_base')
        : import('gpt-tokenizer/encoding/cl100k_base');
    module = source.then(({ countTokens }) => countTokens);
    loaded.set(encoding, module);
  }
  return module;
}

/** Never between the halves of a surrogate pair. */
function endOfSlice(text: string, from: number): number {
  const to = Math.min(text.length, from + SLICE_CHARS);
  const last = text.charCodeAt(to - 1);
  return to < text.length && last >= 0xd800 && last <= 0xdbff ? to - 1 : to;
}
