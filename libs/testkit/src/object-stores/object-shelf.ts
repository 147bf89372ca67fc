import { createHash } from 'node:crypto';

export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Higher than that of anything written to this shelf before. */
  readonly generation: number;
  /** Of the bytes, in hexadecimal. */
  readonly md5: string;
  readonly storedAtUnixMs: number;
}

export interface NewObject {
  readonly bytes: Buffer;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ListRequest {
  readonly prefix: string;
  /** Everything up to its first occurrence behind the prefix is one entry of `prefixes`; empty for none. */
  readonly delimiter: string;
  /** Names after this one only. */
  readonly after: string;
  readonly limit: number;
}

export interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** What `after` has to be for the next page; null when this was the last. */
  readonly next: string | null;
}

/** Buckets of objects in memory, with every version that ever was. */
export class ObjectShelf {
  private readonly buckets = new Map<string, Map<string, StoredObject[]>>();
  private readonly present = new Map<string, StoredObject>();
  private generation = 0;

  createBucket(bucket: string): void {
    if (!this.buckets.has(bucket)) this.buckets.set(bucket, new Map());
  }

  hasBucket(bucket: string): boolean {
    return this.buckets.has(bucket);
  }

  /** @throws Error when there is no such bucket. */
  put(bucket: string, key: string, { bytes, contentType, metadata }: NewObject): StoredObject {
    const objects = this.buckets.get(bucket);
    if (!objects) throw new Error(`no bucket ${bucket}`);
    // Microseconds, as Google counts them, so that those of two stores differ.
    this.generation = Math.max(this.generation + 1, Date.now() * 1_000);
    const object: StoredObject = {
      key,
      bytes,
      contentType: contentType ?? 'application/octet-stream',
      metadata: metadata ?? {},
      generation: this.generation,
      md5: createHash('md5').update(bytes).digest('hex'),
      storedAtUnixMs: Date.now(),
    };
    objects.set(key, [...(objects.get(key) ?? []), object]);
    this.present.set(placeOf(bucket, key), object);
    return object;
  }

  /** The present one, or the one of a generation. */
  get(bucket: string, key: string, generation?: number): StoredObject | null {
    if (generation === undefined) return this.present.get(placeOf(bucket, key)) ?? null;
    return (
      this.buckets
        .get(bucket)
        ?.get(key)
        ?.find((object) => object.generation === generation) ?? null
    );
  }

  /** False when there was nothing. Older versions stay. */
  delete(bucket: string, key: string): boolean {
    return this.present.delete(placeOf(bucket, key));
  }

  /** By name, as bytes order them. */
  list(bucket: string, { prefix, delimiter, after, limit }: ListRequest): ListPage {
    const objects: StoredObject[] = [];
    const prefixes: string[] = [];
    let last = '';
    for (const object of this.objectsOf(bucket)) {
      if (!object.key.startsWith(prefix)) continue;
      const folder = folderOf(object.key, prefix, delimiter);
      const name = folder ?? object.key;
      if (name <= after || name === last) continue;
      if (objects.length + prefixes.length === limit) return { objects, prefixes, next: last };
      if (folder === null) objects.push(object);
      else prefixes.push(folder);
      last = name;
    }
    return { objects, prefixes, next: null };
  }

  objectsOf(bucket: string): StoredObject[] {
    const keys = [...(this.buckets.get(bucket)?.keys() ?? [])].sort();
    return keys.flatMap((key) => this.present.get(placeOf(bucket, key)) ?? []);
  }
}

function placeOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

function folderOf(key: string, prefix: string, delimiter: string): string | null {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? null : key.slice(0, end + delimiter.length);
}
