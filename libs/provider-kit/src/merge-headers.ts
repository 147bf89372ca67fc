/** Headers the HTTP client owns: set by configuration or a client they could only break or smuggle a request. */
const OWNED_BY_HTTP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The headers of a call, lower-case names; later lists win. Names are compared without case, or `Authorization` from
 * `extra_headers` would travel beside our own.
 */
export function mergeHeaders(...lists: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const list of lists) {
    for (const name in list) {
      const lower = name.toLowerCase();
      const value = list[name];
      if (value !== undefined && !OWNED_BY_HTTP.has(lower)) merged[lower] = value;
    }
  }
  return merged;
}

/** The part of the client's headers that `names` (lower case) allows. */
export function pickHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  names: ReadonlySet<string>,
): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && names.has(name.toLowerCase())) picked[name.toLowerCase()] = value;
  }
  return picked;
}
