import { GoogleTokens, type ServiceAccountDocument } from '../../emulators/vertex/google-tokens';
import { readByteRange } from '../byte-range';
import type { StoredObject } from '../object-shelf';
import { ObjectStoreEmulator, type StoreAnswer, type StoreCall } from '../object-store-emulator';
import { etagOf, gcsFault, json, listing, resourceOf } from './gcs-documents';
import { failedCondition } from './generation-conditions';
import { readUpload } from './read-upload';

export interface GcsEmulatorOptions {
  readonly buckets: readonly string[];
  /** Calls need a token that its own token endpoint gave out. Default false, as the official clients treat an emulator. */
  readonly requireToken?: boolean;
}

const USUAL_PAGE = 1_000;
const OBJECT_PATH = /^\/(?:(?:upload|download)\/)?storage\/v1\/b\/([^/]+)(?:\/o(?:\/([^/]+))?)?$/;

/** As much of the Cloud Storage JSON API as reads, writes, lists and deletes objects, with generations. */
export class GcsEmulator extends ObjectStoreEmulator {
  private readonly tokens = new GoogleTokens(Date.now);

  constructor(private readonly options: GcsEmulatorOptions) {
    super();
    for (const bucket of options.buckets) this.shelf.createBucket(bucket);
  }

  /** Credentials that get tokens here. */
  serviceAccount(name: string): ServiceAccountDocument {
    return this.tokens.serviceAccount(name, this.origin);
  }

  protected answer(call: StoreCall): StoreAnswer {
    if (call.rawPath === '/token') {
      const { status, document } = this.tokens.issue(new URLSearchParams(call.body.toString('utf8')));
      return json(document, status);
    }
    if (!this.isLetIn(call)) return gcsFault(401);
    const [, bucket = '', name] = OBJECT_PATH.exec(call.rawPath)?.map((part) => part && decodeURIComponent(part)) ?? [];
    if (!this.shelf.hasBucket(bucket)) return gcsFault(404);
    if (name === undefined) return call.method === 'POST' ? this.insert(bucket, call) : this.list(bucket, call.query);
    const object = this.found(bucket, name, call.query);
    if (object === null) return gcsFault(404);
    const failed = failedCondition(call.query, object);
    if (failed !== null) return failed === 304 ? { status: 304, headers: { etag: etagOf(object) } } : gcsFault(412);
    if (call.method === 'DELETE') {
      this.shelf.delete(bucket, name);
      return { status: 204 };
    }
    return call.query.get('alt') === 'media' ? media(object, call) : this.describe(bucket, object, call);
  }

  protected failure(status: number): StoreAnswer {
    return gcsFault(status);
  }

  private isLetIn({ headers }: StoreCall): boolean {
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    return !this.options.requireToken || (token !== undefined && this.tokens.isGood(token));
  }

  private found(bucket: string, name: string, query: URLSearchParams): StoredObject | null {
    const generation = query.get('generation');
    return this.shelf.get(bucket, name, generation === null ? undefined : Number(generation));
  }

  private describe(bucket: string, object: StoredObject, { headers }: StoreCall): StoreAnswer {
    const etag = etagOf(object);
    if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
    return json(resourceOf(bucket, object), 200, { etag });
  }

  private insert(bucket: string, call: StoreCall): StoreAnswer {
    const upload = readUpload(call);
    if (upload === null) return gcsFault(400);
    const failed = failedCondition(call.query, this.shelf.get(bucket, upload.name));
    if (failed !== null) return failed === 304 ? { status: 304 } : gcsFault(412);
    return json(resourceOf(bucket, this.shelf.put(bucket, upload.name, upload.object)));
  }

  private list(bucket: string, query: URLSearchParams): StoreAnswer {
    const token = query.get('pageToken');
    const page = this.shelf.list(bucket, {
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      after: token === null ? '' : Buffer.from(token, 'base64url').toString('utf8'),
      limit: Math.min(Number(query.get('maxResults') ?? USUAL_PAGE), USUAL_PAGE),
    });
    return listing(bucket, page);
  }
}

function media(object: StoredObject, { headers }: StoreCall): StoreAnswer {
  const etag = etagOf(object);
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  const range = readByteRange(headers.range, object.bytes.length);
  if (range === 'unsatisfiable') return gcsFault(416);
  const { crc32c, md5Hash } = resourceOf('', object);
  const head = {
    etag,
    'content-type': object.contentType,
    'x-goog-generation': String(object.generation),
    'x-goog-metageneration': '1',
    'x-goog-hash': `crc32c=${String(crc32c)},md5=${String(md5Hash)}`,
    'x-goog-stored-content-encoding': 'identity',
    'x-goog-stored-content-length': String(object.bytes.length),
    ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`x-goog-meta-${name}`, value])),
  };
  if (range === null) return { status: 200, headers: head, body: object.bytes };
  const { from, to } = range;
  return {
    status: 206,
    headers: { ...head, 'content-range': `bytes ${from}-${to}/${object.bytes.length}` },
    body: object.bytes.subarray(from, to + 1),
  };
}
