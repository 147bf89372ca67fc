export const REDACTED = '[redacted]';

/**
 * Shapes of secrets inside free text. Each is anchored to a boundary on the left so that ordinary words ("task-force")
 * survive. Evidence is the vendors' documented key formats: OpenAI, Anthropic and our own keys `sk-`, Google `AIza`,
 * Groq `gsk_`, xAI `xai-`, Hugging Face `hf_`, AWS `AKIA`/`ASIA`, GitHub `gh?_`, Slack `xox?-`, and JSON Web Tokens.
 */
const KEY_SHAPES =
  /(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{4,}|pk-lf-[A-Za-z0-9-]{8,}|whsec_[A-Za-z0-9+/=]{8,}|AIza[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{8,}|xai-[A-Za-z0-9_-]{8,}|hf_[A-Za-z0-9]{8,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|gh[a-z]_[A-Za-z0-9]{16,}|xox[a-z]-[A-Za-z0-9-]{8,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?)/g;

/** `Bearer abc`, `Basic abc`: the scheme stays, the credential goes. */
const AUTH_SCHEMES = /\b(Bearer|Basic)(\s+|%20)[^\s"',;\\]+/gi;

/** `name: value`, `name=value`, `"name":"value"` and query parameters, where the name says it is a secret. */
const NAMED_SECRETS =
  /((?:proxy-)?authorization|set-cookie|cookie|x-api-key|x-goog-api-key|api[-_]?key|(?:access|refresh|id|session|security|auth)[-_]?token|client[-_]?secret|secret[-_]?(?:access[-_]?)?key|private[-_]?key|master[-_]?key|passw(?:or)?d|[?&](?:key|token|sig|signature|code))((?:\\?["'])?\s*[:=]\s*)((?:\\?["'])?)(?:(?:Bearer|Basic)\s+)?[^\s"',;&\\]+/gi;

/** `scheme://user:password@host`: user and password go. */
const URL_USER_INFO = /([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/g;

/** One cheap look that clears almost every string: nothing above matches a text without one of these. */
const MAYBE_SECRET =
  /sk-|pk-lf-|whsec_|AIza|gsk_|xai-|hf_|AKIA|ASIA|gh[a-z]_|xox|eyJ|@|bearer|basic|authorization|cookie|key|token|secret|passw|sig|code/i;

/** Replaces everything in `text` that looks like a credential. Idempotent; never throws. */
export function redactText(text: string): string {
  if (!MAYBE_SECRET.test(text)) return text;
  return text
    .replace(URL_USER_INFO, `$1${REDACTED}@`)
    .replace(AUTH_SCHEMES, `$1$2${REDACTED}`)
    .replace(NAMED_SECRETS, `$1$2$3${REDACTED}`)
    .replace(KEY_SHAPES, REDACTED);
}
