import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { CallerRequest } from '../server/vendor-wire';

export type SignatureFault = 'missing' | 'unknown-key' | 'wrong' | 'expired';

export interface KnownKeys {
  /** Secret by access key; undefined for a key nobody has. */
  secretOf(accessKeyId: string): string | undefined;
  readonly service: string;
  readonly nowUnixMs: number;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
/** As AWS: five minutes either way. */
const MOST_SKEW_MS = 5 * 60_000;

/** Checks a Signature Version 4 from the page "Create a signed AWS API request" of the IAM user guide, step by step. */
export function findSignatureFault(request: CallerRequest, keys: KnownKeys): SignatureFault | null {
  const { headers } = request;
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (signature === '') return 'missing';
  const secret = keys.secretOf(accessKeyId);
  if (secret === undefined) return 'unknown-key';
  const time = headers['x-amz-date'] ?? '';
  if (!time.startsWith(date) || service !== keys.service) return 'wrong';
  if (Math.abs(unixMsOf(time) - keys.nowUnixMs) > MOST_SKEW_MS) return 'expired';
  // Everything that could change the call's meaning must be signed.
  const names = signedHeaders.split(';');
  const owed = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (!owed.every((name) => names.includes(name))) return 'wrong';
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(canonicalRequest(request, names))].join('\n');
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const step of [date, region, service, 'aws4_request']) key = createHmac('sha256', key).update(step).digest();
  const expected = createHmac('sha256', key).update(toSign).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? null : 'wrong';
}

function canonicalRequest({ method, path, headers, body }: CallerRequest, names: readonly string[]): string {
  const [resource = '/', query = ''] = path.split('?', 2);
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [
    method,
    resource.replaceAll('%', '%25'),
    query.split('&').sort().join('&'),
    lines.join(''),
    names.join(';'),
    hash(body ?? ''),
  ].join('\n');
}

/** `20261121T140000Z` */
function unixMsOf(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
