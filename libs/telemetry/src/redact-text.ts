export const REDACTED = '[redacted]';

/*
 * All quantifiers that could run over text another pattern start also covers are bounded: log text may come from a
 * provider or a client, and redaction must stay linear on hostile input.
 */

/**
 * Shapes of secrets inside free text, anchored to a boundary on the left so that ordinary words ("task-force") survive.
 * Evidence is the vendors' documented key formats: OpenAI, Anthropic and our own keys `sk-`, Langfuse `pk-lf-`, Standard
 * Webhooks `whsec_`, Google `AIza`, Groq `gsk_`, xAI `xai-`, Hugging Face `hf_`, AWS `AKIA`/`ASIA`, GitHub `gh?_`, Slack
 * `xox?-`, and JSON Web Tokens.
 */
const KEY_SHAPES =
  /(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{4,}|pk-lf-[A-Za-z0-9-]{8,}|whsec_[A-Za-z0-9+/=]{8,}|AIza[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{8,}|xai-[A-Za-z0-9_-]{8,}|hf_[A-Za-z0-9]{8,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|gh[a-z]_[A-Za-z0-9]{16,}|xox[a-z]-[A-Za-z0-9-]{8,}|eyJ[A-Za-z0-9_-]{8,1024}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?)/g;

/** `Bearer abc`, `Basic abc=`: the scheme stays, the credential goes. */
const AUTH_SCHEMES = /\b(Bearer|Basic)(\s{1,8}|%20)[^\s"',;\\]+/gi;

/** Headers whose value has several parts: all of it goes, up to the end of the quoted text or of the line. */
const WHOLE_HEADERS = /((?:authorization|cookie)(?:\\?["'])?\s{0,4}[:=]\s{0,4}(?:\\?["'])?)[^"'\\\r\n]+/gi;

/** `name: value`, `name=value`, `"name":"value"` and query parameters, where the name says that the value is a secret. */
const NAMED_SECRETS =
  /((?:authorization|cookie|api[-_]?key|(?:access|refresh|id|session|security|auth)[-_]?token|(?:client|app)[-_]?secret|secret[-_]?(?:access[-_]?)?key|private[-_]?key|master[-_]?key|passw(?:or)?d|[?&](?:key|token|sig|signature|code))(?:\\?["'])?\s{0,4}[:=]\s{0,4})(?:(\\?["'])[^\r\n]{1,512}?\2(?=[\s,;}\])]|$)|(?:\\?["'])?[^\s"',;&\\]+)/gi;

/** `scheme://user:password@host`: user and password go, also a password that should have been percent-encoded. */
const URL_USER_INFO = /([A-Za-z0-9+.-]:\/\/)(?:[^\s/?#"'<>@]*:(?!\d+[/?#])[^\s"'<>@]{0,256}@|[^\s/?#"'<>]*@)/g;

/** A text without any of these matches nothing above: hashes, numbers and most names need no second look. */
const POSSIBLE = /[-_@:=%\s]|AIza|AKIA|ASIA|eyJ/;

/** A closer look that clears almost every string: nothing above matches a text without one of these. */
const MAYBE_SECRET =
  /sk-|pk-lf-|whsec_|AIza|gsk_|xai-|hf_|AKIA|ASIA|gh[a-z]_|xox|eyJ|@|bearer|basic|authorization|cookie|key|token|secret|passw|sig|code/i;

/** Replaces everything in `text` that looks like a credential. Never throws. */
export function redactText(text: string): string {
  if (!POSSIBLE.test(text) || !MAYBE_SECRET.test(text)) return text;
  return (
    text
      .replace(URL_USER_INFO, `$1${REDACTED}@`)
      .replace(AUTH_SCHEMES, `$1$2${REDACTED}`)
      .replace(NAMED_SECRETS, `$1$2${REDACTED}$2`)
      // After the others, because what it takes may hold the name of the next secret.
      .replace(WHOLE_HEADERS, `$1${REDACTED}`)
      .replace(KEY_SHAPES, REDACTED)
  );
}
