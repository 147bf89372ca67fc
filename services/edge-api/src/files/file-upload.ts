import { createHash } from 'node:crypto';
import type { StoredFile } from '@gateway/contracts';
import type { Logger } from '@gateway/telemetry';
import type { StoredFilesClient } from './file-library';
import { PieceCutter } from './piece-cutter';

export interface UploadedFile {
  readonly purpose: string;
  readonly filename: string;
  /** 0 is never. */
  readonly expiresAfterSeconds: number;
}

/** One file on its way into the store, a piece at a time. */
export class FileUpload {
  private readonly hash = createHash('sha256');
  private readonly cutter = new PieceCutter();
  private id = '';
  private pieces = 0;
  /** Of the file so far. */
  bytes = 0;

  constructor(
    private readonly client: StoredFilesClient,
    private readonly logger: Logger,
    private readonly owner: string,
  ) {}

  /** Resolves when less than a piece of the file is only here. */
  async add(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    this.cutter.add(chunk);
    for (let piece = this.cutter.takeFull(); piece !== null; piece = this.cutter.takeFull()) await this.put(piece);
  }

  /** From here on it is a file. */
  async finish(file: UploadedFile): Promise<StoredFile> {
    await this.open();
    const last = this.cutter.takeRest();
    if (last !== null) await this.put(last);
    return this.client.finishFile({
      ...file,
      owner: this.owner,
      id: this.id,
      bytes: this.bytes,
      pieces: this.pieces,
      sha256: this.hash.digest(),
    });
  }

  /** Never rejects: what cannot be removed now is swept away later. */
  async giveUp(): Promise<void> {
    if (this.id === '') return;
    try {
      await this.client.deleteFile({ owner: this.owner, id: this.id });
    } catch (error) {
      this.logger.debug({ error, file_id: this.id }, 'an unfinished upload could not be removed now');
    }
  }

  private async put(content: Uint8Array): Promise<void> {
    await this.open();
    await this.client.putFilePiece({ owner: this.owner, id: this.id, number: this.pieces, content });
    this.pieces += 1;
  }

  private async open(): Promise<void> {
    if (this.id === '') ({ id: this.id } = await this.client.createFile({ owner: this.owner }));
  }
}
