import type { StoredFile } from '@gateway/contracts';
import { GatewayException } from '@gateway/domain';
import type { FastifyRequest } from 'fastify';
import type { FileLibrary } from './file-library';
import { fileTooLarge, receiveFile } from './receive-file';

/** What a form has around its file: borders, header lines, other fields. */
const FORM_BYTES = 16 * 1024;

type Counter = { increment(): void };

export interface FileDeskParts {
  readonly files: FileLibrary;
  readonly mostBytes: number;
  readonly counts: Readonly<Record<'stored' | 'failed', Counter>>;
}

/** Where uploads arrive. */
export class FileDesk {
  constructor(private readonly parts: FileDeskParts) {}

  get files(): FileLibrary {
    return this.parts.files;
  }

  /** @throws GatewayException */
  async receive(request: FastifyRequest, boundary: string, owner: string): Promise<StoredFile> {
    const { raw } = request;
    const { files, mostBytes, counts } = this.parts;
    try {
      if (Number(raw.headers['content-length'] ?? 0) > mostBytes + FORM_BYTES)
        throw new GatewayException(fileTooLarge(mostBytes));
      const stored = await receiveFile({ source: raw, boundary, upload: files.beginUpload(owner), mostBytes });
      counts.stored.increment();
      return stored;
    } catch (error) {
      counts.failed.increment();
      // A client that is not done sending reads the refusal only afterwards; the rest is thrown away.
      raw.resume();
      throw raw.destroyed && !raw.complete ? LEFT : error;
    }
  }
}

const LEFT = new GatewayException({
  code: 'client_closed_request',
  message: 'The client left before the file was whole.',
});
