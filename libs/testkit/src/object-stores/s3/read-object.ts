import { readByteRange } from '../byte-range';
import type { StoredObject } from '../object-shelf';
import type { StoreAnswer, StoreCall } from '../object-store-emulator';
import { s3Fault } from './s3-documents';
import { crc32Of, etagOf, isTagAmong } from './s3-tags';

/** GetObject and HeadObject, after the object was found: conditions, then ranges. */
export function readObject(object: StoredObject, headers: StoreCall['headers']): StoreAnswer {
  const tag = etagOf(object);
  const wanted = headers['if-match'];
  const known = headers['if-none-match'];
  if (wanted !== undefined && !isTagAmong(tag, wanted)) return s3Fault('PreconditionFailed');
  if (known !== undefined && isTagAmong(tag, known)) return { status: 304, headers: { etag: tag } };
  const range = readByteRange(headers.range, object.bytes.length);
  if (range === 'unsatisfiable') return s3Fault('InvalidRange');
  const common = {
    etag: tag,
    'accept-ranges': 'bytes',
    'content-type': object.contentType,
    'last-modified': new Date(object.storedAtUnixMs).toUTCString(),
    'x-amz-version-id': String(object.generation),
    ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
  if (range === null) {
    const checksum = headers['x-amz-checksum-mode'] === 'ENABLED' && {
      'x-amz-checksum-crc32': crc32Of(object.bytes),
      'x-amz-checksum-type': 'FULL_OBJECT',
    };
    return { status: 200, headers: { ...common, ...checksum }, body: object.bytes };
  }
  const { from, to } = range;
  return {
    status: 206,
    headers: { ...common, 'content-range': `bytes ${from}-${to}/${object.bytes.length}` },
    body: object.bytes.subarray(from, to + 1),
  };
}
