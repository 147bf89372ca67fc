import type { ListPage } from '../object-shelf';
import type { StoreAnswer } from '../object-store-emulator';
import { etagOf } from './s3-tags';

// Codes, statuses and element names of the Amazon S3 API Reference ("Error responses", "ListObjectsV2").
const STATUS_OF = {
  AccessDenied: 403,
  BadDigest: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchVersion: 404,
  PreconditionFailed: 412,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
} as const;

export type S3FaultCode = keyof typeof STATUS_OF;

export function s3Fault(code: S3FaultCode, status: number = STATUS_OF[code]): StoreAnswer {
  return xml(status, `<Error><Code>${code}</Code><Message>emulated ${code}</Message></Error>`);
}

export function listing(bucket: string, { objects, prefixes, next }: ListPage): StoreAnswer {
  const contents = objects.map(
    (object) =>
      `<Contents><Key>${escapeXml(object.key)}</Key><ETag>${escapeXml(etagOf(object))}</ETag><Size>${object.bytes.length}</Size>` +
      `<LastModified>${new Date(object.storedAtUnixMs).toISOString()}</LastModified></Contents>`,
  );
  const folders = prefixes.map((prefix) => `<CommonPrefixes><Prefix>${escapeXml(prefix)}</Prefix></CommonPrefixes>`);
  const token =
    next === null
      ? ''
      : `<NextContinuationToken>${Buffer.from(next, 'utf8').toString('base64url')}</NextContinuationToken>`;
  return xml(
    200,
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${escapeXml(bucket)}</Name>` +
      `<KeyCount>${objects.length + prefixes.length}</KeyCount><IsTruncated>${next !== null}</IsTruncated>${token}` +
      `${contents.join('')}${folders.join('')}</ListBucketResult>`,
  );
}

function xml(status: number, document: string): StoreAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${document}`,
  };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
