import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decryptText, encryptText } from '@gateway/config';

/** A document as a source gave it. */
export interface SourceDocument {
  readonly text: string;
  /** ETag or generation. */
  readonly tag: string;
}

export type ReadCopy =
  | { readonly kind: 'none' }
  | { readonly kind: 'copy'; readonly document: SourceDocument; readonly savedAtUnixMs: number }
  /** `reason` completes a sentence that names the file. */
  | { readonly kind: 'unusable'; readonly reason: string };

export interface OfflineCopyOptions {
  /** Made when it is not there. */
  readonly directory: string;
  /** A copy counts for the source it was taken of only. */
  readonly source: string;
  /** With a key the text is encrypted; without one, a document with secrets in it is refused before it gets here. */
  readonly encryptionKey: Uint8Array | null;
  readonly olderEncryptionKeys: readonly Uint8Array[];
  readonly nowUnixMs: () => number;
}

interface Record {
  readonly format: 1;
  readonly source: string;
  readonly tag: string;
  readonly savedAtUnixMs: number;
  readonly isEncrypted: boolean;
  /** The text, or in base64 what `encryptText` made of it. */
  readonly content: string;
}

const HASH_DIGITS = 64;

/** The last good document of a remote source on this machine's disk: the hash of a JSON record, a line end, the record. */
export class OfflineCopy {
  readonly path: string;

  constructor(private readonly options: OfflineCopyOptions) {
    const name = sha256(options.source).slice(0, 16);
    this.path = join(options.directory, `last-good-configuration-${name}`);
  }

  /** The old copy stays whole until the new one is on the disk. Rejects when the disk does not take it. */
  async save({ text, tag }: SourceDocument): Promise<void> {
    const { directory, source, encryptionKey, nowUnixMs } = this.options;
    const record: Record = {
      format: 1,
      source,
      tag,
      savedAtUnixMs: nowUnixMs(),
      isEncrypted: encryptionKey !== null,
      content: encryptionKey ? encryptText(text, encryptionKey, boundTo(source)).toString('base64') : text,
    };
    const json = JSON.stringify(record);
    await mkdir(directory, { recursive: true });
    const unfinished = `${this.path}.${process.pid}.unfinished`;
    try {
      await writeDown(unfinished, `${sha256(json)}\n${json}`);
      await rename(unfinished, this.path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    await flushDirectory(directory);
  }

  /** Never rejects: a copy that cannot be used is an answer too. */
  async load(): Promise<ReadCopy> {
    let content: string;
    try {
      content = await readFile(this.path, 'utf8');
    } catch (error) {
      const code = String((error as NodeJS.ErrnoException).code);
      return code === 'ENOENT' ? { kind: 'none' } : { kind: 'unusable', reason: `cannot be read (${code})` };
    }
    const json = content.slice(HASH_DIGITS + 1);
    if (sha256(json) !== content.slice(0, HASH_DIGITS)) return { kind: 'unusable', reason: 'is damaged' };
    const record = JSON.parse(json) as Record;
    if (record.format !== 1 || record.source !== this.options.source) {
      return { kind: 'unusable', reason: 'is of another source or version' };
    }
    const text = record.isEncrypted ? this.decrypt(record.content) : record.content;
    if (text === null) return { kind: 'unusable', reason: 'was encrypted with a key that is not known here' };
    return { kind: 'copy', document: { text, tag: record.tag }, savedAtUnixMs: record.savedAtUnixMs };
  }

  private decrypt(content: string): string | null {
    const { source, encryptionKey, olderEncryptionKeys } = this.options;
    for (const key of [...(encryptionKey ? [encryptionKey] : []), ...olderEncryptionKeys]) {
      const text = decryptText(Buffer.from(content, 'base64'), key, boundTo(source));
      if (text !== null) return text;
    }
    return null;
  }
}

function boundTo(source: string): string {
  return `copy of the configuration ${source}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** On the disk, not only in memory, when it resolves. */
async function writeDown(path: string, content: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that the new name outlives a loss of power too. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
