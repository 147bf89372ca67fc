const TOKENS = /"(?:[^"\\]|\\.)*"|[{}:]/g;

/**
 * The value of a text that is JSON, read without the library, which takes a second for the two megabytes of a price list; null where the
 * library is to be asked: no mapping in JSON, or one in which YAML would see a slip (a key twice) or something of its own (`<<`).
 */
export function readPlainJson(text: string): { readonly value: unknown } | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return hasPlainKeys(text) ? { value } : null;
  } catch {
    return null;
  }
}

/** Of valid JSON: whether no object has a key twice, and none a key that means something else in YAML or in JavaScript. */
function hasPlainKeys(text: string): boolean {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token !== ':') last = token;
    else {
      const keys = open.at(-1);
      if (keys === undefined || keys.has(last) || last.includes('\\') || NOT_PLAIN.has(last)) return false;
      keys.add(last);
    }
  }
  return true;
}

const NOT_PLAIN: ReadonlySet<string> = new Set(['"<<"', '"__proto__"']);
