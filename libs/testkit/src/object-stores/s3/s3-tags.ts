import { crc32 } from 'node:zlib';
import type { StoredObject } from '../object-shelf';

/** S3's ETag of an object that was written in one piece. */
export function etagOf(object: StoredObject): string {
  return `"${object.md5}"`;
}

/** Whether `If-Match` or `If-None-Match` names the tag. */
export function isTagAmong(tag: string, header: string): boolean {
  return header.split(',').some((part) => ['*', tag].includes(part.trim()) || `"${part.trim()}"` === tag);
}

/** As in `x-amz-checksum-crc32`. */
export function crc32Of(bytes: Buffer): string {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString('base64');
}
