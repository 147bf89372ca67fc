import {
  type CreateFileReply,
  type CreateFileRequest,
  type DeleteFileReply,
  type DeleteFileRequest,
  EVERYBODY,
  FILE_PIECE_BYTES,
  type FilePiece,
  type FinishFileRequest,
  type GetFileRequest,
  type ListFilesReply,
  type ListFilesRequest,
  type PutFilePieceReply,
  type PutFilePieceRequest,
  type ReadFilePieceRequest,
  type StoredFile,
  StoredFilesDefinition,
} from '@gateway/contracts';
import {
  answeringFaults,
  bindGrpc,
  GrpcFault,
  type GrpcImplementation,
  type GrpcServiceBinding,
  INTERNAL_CALLERS,
} from '@gateway/service-kit';
import { isPlainId } from '../is-plain-id';
import { safeInteger } from '../safe-integer';
import { sqlText } from '../sql-values';
import type { FileStore, StoredFileRow } from './file-store';

const MOST_PIECES = 1_000_000;
/** As many rows, with the longest names, still fit into one message. */
const MOST_LISTED = 1_000;

/** gRPC `StoredFiles`. */
export class FilesRpc implements GrpcImplementation<typeof StoredFilesDefinition> {
  constructor(private readonly store: FileStore) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(StoredFilesDefinition, this, INTERNAL_CALLERS);
  }

  async createFile({ owner }: CreateFileRequest): Promise<CreateFileReply> {
    if (owner === '' || owner === EVERYBODY) throw new GrpcFault('INVALID_ARGUMENT', 'a file needs an owner', 'owner');
    return { id: await answeringFaults(() => this.store.create(owner)) };
  }

  async putFilePiece({ owner, id, number, content }: PutFilePieceRequest): Promise<PutFilePieceReply> {
    if (content.length === 0 || content.length > FILE_PIECE_BYTES || number < 0 || number >= MOST_PIECES) {
      throw new GrpcFault('INVALID_ARGUMENT', 'not a piece of a file', 'content');
    }
    if (!isPlainId(id) || !(await answeringFaults(() => this.store.putPiece(owner, id, { number, content }))))
      throw NOT_FOUND;
    return {};
  }

  async finishFile({ owner, id, ...file }: FinishFileRequest): Promise<StoredFile> {
    if (!isPlainId(id)) throw NOT_FOUND;
    const finished = { ...file, purpose: sqlText(file.purpose), filename: sqlText(file.filename) };
    const row = await answeringFaults(() => this.store.finish(owner, id, finished));
    if (row === null) throw new GrpcFault('FAILED_PRECONDITION', 'the upload is not whole');
    return messageFromRow(row);
  }

  async getFile({ owner, id }: GetFileRequest): Promise<StoredFile> {
    return messageFromRow(await this.find(owner, id));
  }

  async listFiles({ owner, purpose, limit, after, oldestFirst }: ListFilesRequest): Promise<ListFilesReply> {
    if (after !== '' && (!isPlainId(after) || !(await answeringFaults(() => this.store.find(owner, after))))) {
      throw new GrpcFault('INVALID_ARGUMENT', 'after: is not the id of one of these files', 'after');
    }
    const most = Math.min(Math.max(limit, 1), MOST_LISTED);
    const query = { owner, purpose: sqlText(purpose), after, oldestFirst, limit: most + 1 };
    const rows = await answeringFaults(() => this.store.list(query));
    return { files: rows.slice(0, most).map(messageFromRow), hasMore: rows.length > most };
  }

  async readFilePiece({ owner, id, number }: ReadFilePieceRequest): Promise<FilePiece> {
    const content = isPlainId(id) ? await answeringFaults(() => this.store.readPiece(owner, id, number)) : null;
    if (content === null) throw NOT_FOUND;
    return { content };
  }

  async deleteFile({ owner, id }: DeleteFileRequest): Promise<DeleteFileReply> {
    if (!isPlainId(id) || !(await answeringFaults(() => this.store.delete(owner, id)))) {
      await this.find(owner, id);
      throw new GrpcFault('FAILED_PRECONDITION', 'a batch that has not ended reads this file', 'file_id');
    }
    return {};
  }

  private async find(owner: string, id: string): Promise<StoredFileRow> {
    const row = isPlainId(id) ? await answeringFaults(() => this.store.find(owner, id)) : null;
    if (row === null) throw NOT_FOUND;
    return row;
  }
}

const NOT_FOUND = new GrpcFault('NOT_FOUND', 'there is no such file');

function messageFromRow(row: StoredFileRow): StoredFile {
  return {
    id: row.id,
    owner: row.owner,
    purpose: row.purpose,
    filename: row.filename,
    bytes: safeInteger(row.bytes),
    pieces: row.pieces,
    sha256: row.sha256 ?? new Uint8Array(),
    createdAtUnixMs: row.created_at.getTime(),
    expiresAtUnixMs: row.expires_at?.getTime() ?? 0,
  };
}
