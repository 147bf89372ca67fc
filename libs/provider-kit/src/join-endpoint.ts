/** Where a call goes: `scheme://host[:port]`, and the path with the base's own query kept. */
export interface Endpoint {
  readonly origin: string;
  readonly path: string;
}

/**
 * Appends an API path to the base URL an operator wrote, forgiving the three usual slips: a trailing slash, a version
 * that is in both (`…/v1` + `/v1/messages`), and a base that already is the whole endpoint.
 *
 * @throws TypeError when `baseUrl` is not an absolute http(s) URL.
 */
export function joinEndpoint(baseUrl: string, apiPath: string): Endpoint {
  const key = `${apiPath} ${baseUrl}`;
  const known = joined.get(key);
  if (known) return known;
  const endpoint = join(baseUrl, apiPath);
  // Base URLs come from the configuration: few, and the same for every call. The bound is for one that keeps changing.
  if (joined.size >= MOST_JOINED) joined.clear();
  joined.set(key, endpoint);
  return endpoint;
}

const MOST_JOINED = 1_000;
const joined = new Map<string, Endpoint>();

function join(baseUrl: string, apiPath: string): Endpoint {
  const url = parseBaseUrl(baseUrl);
  const basePath = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, path: overlap(basePath, apiPath) + url.search };
}

/** @throws TypeError when it is not an absolute http(s) URL. */
export function parseBaseUrl(baseUrl: string): URL {
  const url = new URL(baseUrl);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('api_base must be an http(s) URL');
  return url;
}

function overlap(basePath: string, apiPath: string): string {
  if (basePath.endsWith(apiPath)) return basePath;
  const [, version] = /^(\/v\d+)\//.exec(apiPath) ?? [];
  return version && basePath.endsWith(version) ? basePath + apiPath.slice(version.length) : basePath + apiPath;
}
