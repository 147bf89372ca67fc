import { Readable } from 'node:stream';
import { EVERYBODY, type StoredFile } from '@gateway/contracts';
import { GatewayException, type Principal } from '@gateway/domain';
import { readBoundary } from '@gateway/wire-formats';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { listDocument, readPage } from '../lists/read-page';
import { ownerOf } from '../responses/owner-of';
import { describeFile } from './describe-file';
import { FileDesk } from './file-desk';

/** OpenAI's own limits of a page; the answer may have fewer, and says that there are more. */
const FILES = { usual: 10_000, most: 10_000 };

/** Files, in OpenAI's words. Whoever asks sees their own, the master key everybody's. */
@Controller(['v1/files', 'files'])
@Access('key')
export class FilesController {
  constructor(@Inject(FileDesk) private readonly desk: FileDesk) {}

  @Post()
  @HttpCode(200)
  async upload(@Req() request: FastifyRequest) {
    const { body } = request;
    const boundary = readBoundary(request.headers['content-type']);
    if (!(body instanceof Readable) || boundary === null) throw NOT_A_FORM;
    return describeFile(await this.desk.receive(request, boundary, ownerOf(principalOf(request))));
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: Record<string, string>) {
    const page = readPage(query, FILES);
    const { files, hasMore } = await this.desk.files.list(readerOf(principalOf(request)), query.purpose ?? '', page);
    return listDocument(files.map(describeFile), hasMore);
  }

  @Get(':id')
  async get(@Req() request: FastifyRequest, @Param('id') id: string) {
    return describeFile(await this.find(request, id));
  }

  /** Read from the store no faster than the client takes it. */
  @Get(':id/content')
  async content(@Req() request: FastifyRequest, @Param('id') id: string, @Res() reply: FastifyReply) {
    const file = await this.find(request, id);
    void reply.headers({
      'content-type': 'application/octet-stream',
      'content-length': file.bytes,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`,
      'repr-digest': `sha-256=:${Buffer.from(file.sha256).toString('base64')}:`,
    });
    // One piece ahead of the client, and no more.
    await reply.send(Readable.from(this.desk.files.content(file), { objectMode: false, highWaterMark: 1 }));
  }

  @Delete(':id')
  async delete(@Req() request: FastifyRequest, @Param('id') id: string) {
    await this.desk.files.delete(readerOf(principalOf(request)), id);
    return { id, object: 'file', deleted: true };
  }

  private find(request: FastifyRequest, id: string): Promise<StoredFile> {
    return this.desk.files.get(readerOf(principalOf(request)), id);
  }
}

/** Whose files and batches somebody may see. */
export function readerOf(principal: Principal): string {
  return principal.isMaster ? EVERYBODY : ownerOf(principal);
}

const NOT_A_FORM = new GatewayException({
  code: 'unsupported_media_type',
  message: 'This route takes a form: send Content-Type: multipart/form-data with one boundary.',
});
