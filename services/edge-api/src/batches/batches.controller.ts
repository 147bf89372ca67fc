import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { readerOf } from '../files/files.controller';
import { BATCH_FILE_SECONDS } from '../files/upload-fields';
import { parseWith } from '../keys/key-requests';
import { listDocument, readPage } from '../lists/read-page';
import { ownerOf } from '../responses/owner-of';
import { BatchLibrary } from './batch-library';
import { COMPLETION_WINDOW, createBatchBody } from './create-batch-body';
import { describeBatch } from './describe-batch';

const BATCHES = { usual: 20, most: 100 };

/** Batches of calls, in OpenAI's words. Whoever asks sees their own, the master key everybody's. */
@Controller(['v1/batches', 'batches'])
@Access('key')
export class BatchesController {
  constructor(@Inject(BatchLibrary) private readonly batches: BatchLibrary) {}

  @Post()
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(createBatchBody, body);
    const principal = principalOf(request);
    const created = await this.batches.create({
      owner: ownerOf(principal),
      reader: readerOf(principal),
      keyHash: principal.keyHash,
      endpoint: wanted.endpoint,
      inputFileId: wanted.input_file_id,
      completionWindow: COMPLETION_WINDOW.name,
      completionWindowSeconds: COMPLETION_WINDOW.seconds,
      metadataJson: wanted.metadata ? JSON.stringify(wanted.metadata) : '',
      outputExpiresAfterSeconds: wanted.output_expires_after?.seconds ?? BATCH_FILE_SECONDS,
    });
    return describeBatch(created);
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: Record<string, string>) {
    const page = readPage(query, BATCHES);
    const { batches, hasMore } = await this.batches.list(readerOf(principalOf(request)), page);
    return listDocument(batches.map(describeBatch), hasMore);
  }

  @Get(':id')
  async get(@Req() request: FastifyRequest, @Param('id') id: string) {
    return describeBatch(await this.batches.get(readerOf(principalOf(request)), id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  async cancel(@Req() request: FastifyRequest, @Param('id') id: string) {
    return describeBatch(await this.batches.cancel(readerOf(principalOf(request)), id));
  }
}
