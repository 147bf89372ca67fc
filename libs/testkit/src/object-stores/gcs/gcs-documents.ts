import type { ListPage, StoredObject } from '../object-shelf';
import type { StoreAnswer } from '../object-store-emulator';
import { crc32cOf } from './crc32c';

// Names of the Cloud Storage JSON API reference ("Objects" resource, "HTTP status and error codes").
const REASON_OF: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  412: 'conditionNotMet',
  416: 'requestedRangeNotSatisfiable',
  429: 'rateLimitExceeded',
  500: 'internalError',
  503: 'backendError',
};

export function gcsFault(status: number): StoreAnswer {
  const reason = REASON_OF[status] ?? 'emulated';
  const message = `emulated ${reason}`;
  return json({ error: { code: status, message, errors: [{ message, domain: 'global', reason }] } }, status);
}

export function etagOf({ generation }: StoredObject): string {
  return Buffer.from(`gcs-${generation}`).toString('base64');
}

export function resourceOf(bucket: string, object: StoredObject): Readonly<Record<string, unknown>> {
  const storedAt = new Date(object.storedAtUnixMs).toISOString();
  return {
    kind: 'storage#object',
    id: `${bucket}/${object.key}/${object.generation}`,
    name: object.key,
    bucket,
    generation: String(object.generation),
    metageneration: '1',
    contentType: object.contentType,
    size: String(object.bytes.length),
    md5Hash: Buffer.from(object.md5, 'hex').toString('base64'),
    crc32c: crc32cOf(object.bytes),
    etag: etagOf(object),
    timeCreated: storedAt,
    updated: storedAt,
    metadata: object.metadata,
  };
}

export function listing(bucket: string, { objects, prefixes, next }: ListPage): StoreAnswer {
  return json({
    kind: 'storage#objects',
    items: objects.map((object) => resourceOf(bucket, object)),
    ...(prefixes.length > 0 && { prefixes }),
    ...(next !== null && { nextPageToken: Buffer.from(next, 'utf8').toString('base64url') }),
  });
}

export function json(document: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): StoreAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body: JSON.stringify(document),
  };
}
