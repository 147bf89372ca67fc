import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from '@gateway/provider-kit';

export interface UnsignedCall {
  readonly method: string;
  readonly origin: string;
  /** As it is sent: encoded once, with its query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SigningScope {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly nowUnixMs: number;
}

/** Changed by proxies on the way, so that a signature over them would break. */
const NOT_SIGNED: ReadonlySet<string> = new Set(['authorization', 'user-agent', 'x-amzn-trace-id', 'traceparent']);
const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * AWS Signature Version 4 of a call whose whole body is known: its headers, with the date, the session's token and the
 * signature added. AWS's own library does the same behind promises, which the hot path has no place for; a test
 * compares the two.
 */
export function signAwsCall(call: UnsignedCall, scope: SigningScope): Record<string, string> {
  const { credentials, region, service } = scope;
  const time = `${new Date(scope.nowUnixMs).toISOString().replace(/[:-]|\.\d{3}/g, '')}`;
  const date = time.slice(0, 8);
  const headers: Record<string, string> = {
    ...call.headers,
    'x-amz-date': time,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const signed = Object.entries({ ...headers, host: hostOf(call.origin) })
    .filter(([name]) => !NOT_SIGNED.has(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const [path = '/', query = ''] = call.path.split('?', 2);
  const canonical = [
    call.method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}`),
    '',
    names,
    sha256(call.body),
  ].join('\n');
  const where = `${date}/${region}/${service}/aws4_request`;
  const key = signingKey(credentials.secretAccessKey, { date, region, service });
  const signature = hmac(key, [ALGORITHM, time, where, sha256(canonical)].join('\n')).toString('hex');
  headers.authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${where}, SignedHeaders=${names}, Signature=${signature}`;
  return headers;
}

function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2);
}

/** Every service but S3 has the path encoded a second time. */
function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([left, leftValue], [right, rightValue]) => compare(left, right) || compare(leftValue, rightValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** RFC 3986, which spares less than JavaScript's own. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

interface KeyScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** A key is good for a day, a region and a service: four of the six hashes of a call. */
const MOST_KEYS = 100;
const keys = new Map<string, Buffer>();

function signingKey(secret: string, { date, region, service }: KeyScope): Buffer {
  const name = JSON.stringify([secret, date, region, service]);
  const known = keys.get(name);
  if (known) return known;
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
