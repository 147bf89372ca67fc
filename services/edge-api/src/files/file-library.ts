import { createHash } from 'node:crypto';
import { type ListFilesReply, type StoredFile, type StoredFilesDefinition } from '@gateway/contracts';
import { GatewayException } from '@gateway/domain';
import { type GrpcClient, isGrpcFault } from '@gateway/service-kit';
import type { Logger } from '@gateway/telemetry';
import type { Page } from '../lists/read-page';
import { FileUpload } from './file-upload';

export type StoredFilesClient = Omit<GrpcClient<typeof StoredFilesDefinition>, 'close'>;

/** Finds files and reads them, piece by piece. They are the ledger service's; this edge may be gone at any time. */
export class FileLibrary {
  constructor(
    private readonly client: StoredFilesClient,
    private readonly logger: Logger,
  ) {}

  beginUpload(owner: string): FileUpload {
    return new FileUpload(this.client, this.logger, owner);
  }

  async get(reader: string, id: string): Promise<StoredFile> {
    return this.asking(id, () => this.client.getFile({ owner: reader, id }));
  }

  async list(reader: string, purpose: string, page: Page): Promise<ListFilesReply> {
    const { limit, oldestFirst, after = '' } = page;
    return this.client.listFiles({ owner: reader, purpose, limit, after, oldestFirst });
  }

  async delete(reader: string, id: string): Promise<void> {
    await this.asking(id, () => this.client.deleteFile({ owner: reader, id }));
  }

  /**
   * The bytes, a piece at a time, read when they are asked for. @throws Error at the end when they are not those that
   * were stored.
   */
  async *content({ owner, id, pieces, sha256 }: StoredFile): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for (let number = 0; number < pieces; number += 1) {
      const { content } = await this.asking(id, () => this.client.readFilePiece({ owner, id, number }));
      hash.update(content);
      // The checksum is judged before the last piece leaves: a client that has all the bytes believes them.
      if (number === pieces - 1 && !hash.digest().equals(sha256))
        throw new Error(`the content of ${id} is not what was stored`);
      yield content;
    }
  }

  private async asking<Answer>(id: string, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (!isGrpcFault(error) || error.code !== 'NOT_FOUND') throw error;
      throw new GatewayException({
        code: 'not_found',
        message: `There is no file '${id.slice(0, 100)}'.`,
        param: 'file_id',
      });
    }
  }
}
