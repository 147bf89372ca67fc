const MASK = '[redacted]';

/**
 * Key shapes of the vendors (OpenAI and Anthropic `sk-`, also half-masked by themselves as `sk-ab***yz`; Groq `gsk_`,
 * xAI `xai-`, Google `AIza`, Perplexity `pplx-`, NVIDIA `nvapi-`, Hugging Face `hf_`, Replicate `r8_`, Cerebras `csk-`,
 * Fireworks `fw_`, AWS `AKIA`/`ASIA`), JSON Web Tokens, and what follows `Bearer`, `Basic` or `key=`.
 */
const KEY_SHAPES =
  /(?<![A-Za-z0-9])(?:(?:sk|pk|rk|csk|gsk|xai|pplx|nvapi|hf|r8|fw|tgp|esecret|key)[-_][A-Za-z0-9*…._-]{5,}[A-Za-z0-9*_-]|AIza[A-Za-z0-9*_-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)*)/g;
const AFTER_SCHEME = /\b(Bearer|Basic)\s+[^\s"',;]+/gi;
const NAMED = /((?:api[-_ ]?key|token|secret|password|authorization|\bkey(?==))["']?\s*[:=]\s*["']?)[^\s"',;&}]+/gi;
const URL_USER_INFO = /([a-z][a-z0-9+.-]{0,19}:\/\/)[^\s/?#"'<>@]{0,300}@/gi;

/**
 * Anything else that could only be a machine's: 24 or more letters and digits in one run with both kinds among them,
 * 40 or more such characters with `_` and `-`, or a UUID (several providers hand out UUIDs as keys). Request ids fall
 * with them; model names do not, because theirs are short words with hyphens between.
 */
const OPAQUE =
  /(?<![A-Za-z0-9])(?:(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{24,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{64,})(?![A-Za-z0-9])/gi;

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;
const LONGEST_SCANNED = 8192;

/**
 * Provider text made safe to log and to send on: one line, without anything that looks like a credential. Secrets the
 * caller knows (the key it called with) go whatever they look like. Never throws; not cut, except far above any
 * sentence.
 */
export function redactProviderText(text: string, knownSecrets: readonly string[] = []): string {
  // Invisible characters first, and whitespace to a space: neither may split a key so that its shape is missed.
  let safe = text.replace(INVISIBLE, (run) => (/\s/.test(run) ? ' ' : '')).replace(/ {2,}/g, ' ');
  for (const secret of knownSecrets) {
    if (secret.length >= 4) safe = safe.replaceAll(secret, MASK);
  }
  // Between words: half a key may not look like one.
  if (safe.length > LONGEST_SCANNED) safe = safe.slice(0, Math.max(0, safe.lastIndexOf(' ', LONGEST_SCANNED)));
  return safe
    .replace(URL_USER_INFO, `$1${MASK}@`)
    .replace(AFTER_SCHEME, `$1 ${MASK}`)
    .replace(NAMED, `$1${MASK}`)
    .replace(KEY_SHAPES, MASK)
    .replace(OPAQUE, MASK)
    .trim();
}
