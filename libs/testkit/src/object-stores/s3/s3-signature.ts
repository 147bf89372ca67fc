import { createHash, createHmac } from 'node:crypto';
import type { StoreCall } from '../object-store-emulator';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
/** A body whose hash the client does not say: it is sent in pieces, or TLS has to do. */
const NO_HASH = /^(STREAMING-|UNSIGNED-PAYLOAD$)/;

/** What is wrong with a call's Signature Version 4, the hash of its body included; null when nothing is. */
export function findSignatureFault(
  { method, rawPath, rawQuery, headers, body }: StoreCall,
  secrets: Readonly<Record<string, string>>,
): 'AccessDenied' | 'InvalidAccessKeyId' | 'SignatureDoesNotMatch' | null {
  const [, id = '', date = '', region = '', names = '', signature] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (signature === undefined) return 'AccessDenied';
  const secret = secrets[id];
  if (secret === undefined) return 'InvalidAccessKeyId';
  const said = String(headers['x-amz-content-sha256'] ?? '');
  if (!NO_HASH.test(said) && said !== sha256(body)) return 'SignatureDoesNotMatch';
  const lines = names.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  const query = rawQuery === '' ? '' : rawQuery.split('&').map(withValue).sort().join('&');
  const canonical = [method, rawPath, query, lines.join(''), names, said].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const step of [date, region, 's3', 'aws4_request']) key = createHmac('sha256', key).update(step).digest();
  return createHmac('sha256', key).update(toSign).digest('hex') === signature ? null : 'SignatureDoesNotMatch';
}

function withValue(parameter: string): string {
  return parameter.includes('=') ? parameter : `${parameter}=`;
}

function sha256(of: string | Buffer): string {
  return createHash('sha256').update(of).digest('hex');
}
