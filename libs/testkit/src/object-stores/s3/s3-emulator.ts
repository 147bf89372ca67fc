import { type StoredObject } from '../object-shelf';
import { ObjectStoreEmulator, type StoreAnswer, type StoreCall } from '../object-store-emulator';
import { decodeAwsChunks } from './aws-chunks';
import { readObject } from './read-object';
import { listing, s3Fault } from './s3-documents';
import { findSignatureFault } from './s3-signature';
import { crc32Of, etagOf, isTagAmong } from './s3-tags';

export interface S3EmulatorOptions {
  readonly buckets: readonly string[];
  /** Secret by access key. With any, every call's Signature Version 4 is worked out anew; without, nobody need sign. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Hosts whose first label before these is a bucket, as `books.s3.test` for `s3.test`. */
  readonly virtualHosts?: readonly string[];
}

const USUAL_PAGE = 1_000;

/** As much of S3 as reads, writes, lists and deletes objects; path style and virtual-host style, every version kept. */
export class S3Emulator extends ObjectStoreEmulator {
  constructor(private readonly options: S3EmulatorOptions) {
    super();
    for (const bucket of options.buckets) this.shelf.createBucket(bucket);
  }

  protected answer(call: StoreCall): StoreAnswer {
    const { bucket, key } = this.placeOf(call);
    const signatureFault = this.options.keys ? findSignatureFault(call, this.options.keys) : null;
    if (signatureFault !== null) return s3Fault(signatureFault);
    if (!this.shelf.hasBucket(bucket)) return s3Fault('NoSuchBucket');
    if (key === '') return call.method === 'GET' ? this.list(bucket, call.query) : { status: 200 };
    switch (call.method) {
      case 'GET':
      case 'HEAD':
        return this.read(bucket, key, call);
      case 'PUT':
        return this.write(bucket, key, call);
      case 'DELETE':
        this.shelf.delete(bucket, key);
        return { status: 204 };
      default:
        return s3Fault('MethodNotAllowed');
    }
  }

  protected failure(status: number): StoreAnswer {
    return s3Fault(status === 503 ? 'SlowDown' : status === 403 ? 'AccessDenied' : 'InternalError', status);
  }

  private placeOf({ rawPath, headers }: StoreCall): { readonly bucket: string; readonly key: string } {
    const path = decodeURIComponent(rawPath.slice(1));
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    const suffix = this.options.virtualHosts?.find((name) => host.endsWith(`.${name}`));
    if (suffix !== undefined) return { bucket: host.slice(0, -suffix.length - 1), key: path };
    const [bucket = ''] = path.split('/', 1);
    return { bucket, key: path.slice(bucket.length + 1) };
  }

  private read(bucket: string, key: string, call: StoreCall): StoreAnswer {
    const version = call.query.get('versionId');
    const object = this.shelf.get(bucket, key, version === null ? undefined : Number(version));
    if (object === null) return s3Fault(version === null ? 'NoSuchKey' : 'NoSuchVersion');
    return readObject(object, call.headers);
  }

  private write(bucket: string, key: string, { headers, body }: StoreCall): StoreAnswer {
    const before = this.shelf.get(bucket, key);
    const fault = writeFault(before, headers);
    if (fault !== null) return s3Fault(fault);
    const bytes = headers['content-encoding']?.includes('aws-chunked') ? decodeAwsChunks(body) : body;
    const checksum = headers['x-amz-checksum-crc32'];
    if (checksum !== undefined && checksum !== crc32Of(bytes)) return s3Fault('BadDigest');
    const metadata = Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), String(value)]] : [],
    );
    const object = this.shelf.put(bucket, key, {
      bytes,
      metadata: Object.fromEntries(metadata) as Record<string, string>,
      ...(headers['content-type'] !== undefined && { contentType: headers['content-type'] }),
    });
    return { status: 200, headers: { etag: etagOf(object), 'x-amz-version-id': String(object.generation) } };
  }

  private list(bucket: string, query: URLSearchParams): StoreAnswer {
    const token = query.get('continuation-token');
    const page = this.shelf.list(bucket, {
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      after: token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8'),
      limit: Math.min(Number(query.get('max-keys') ?? USUAL_PAGE), USUAL_PAGE),
    });
    return listing(bucket, page);
  }
}

/** The condition of a write that does not hold. */
function writeFault(
  before: StoredObject | null,
  headers: StoreCall['headers'],
): 'PreconditionFailed' | 'NoSuchKey' | null {
  const wanted = headers['if-match'];
  if (headers['if-none-match'] === '*' && before !== null) return 'PreconditionFailed';
  if (wanted === undefined) return null;
  if (before === null) return 'NoSuchKey';
  return isTagAmong(etagOf(before), wanted) ? null : 'PreconditionFailed';
}
