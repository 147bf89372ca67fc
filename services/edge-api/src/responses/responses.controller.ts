import { GatewayException } from '@gateway/domain';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { listDocument, readPage, refusedField } from '../lists/read-page';
import { ownerOf } from './owner-of';
import { type ReadOutcome, ResponseLibrary } from './response-library';

const ITEMS = { usual: 20, most: 100 };

/** Stored responses, in OpenAI's words. Whoever asks sees their own; the rest is not there. */
@Controller(['v1/responses', 'responses'])
export class ResponsesController {
  constructor(@Inject(ResponseLibrary) private readonly library: ResponseLibrary) {}

  @Get(':id')
  @Access('key')
  async get(@Req() request: FastifyRequest, @Param('id') id: string, @Query('stream') stream?: string) {
    if (stream === 'true') throw refusedField('stream', 'a stored response cannot be streamed again');
    return found(await this.library.read(ownerOf(principalOf(request)), id)).document;
  }

  @Delete(':id')
  @Access('key')
  async delete(@Req() request: FastifyRequest, @Param('id') id: string) {
    const error = await this.library.delete(ownerOf(principalOf(request)), id);
    if (error) throw new GatewayException(error);
    return { id, object: 'response', deleted: true };
  }

  /** What the model was given, newest first unless asked otherwise. */
  @Get(':id/input_items')
  @Access('key')
  async inputItems(@Req() request: FastifyRequest, @Param('id') id: string, @Query() query: Record<string, string>) {
    const { limit, oldestFirst, after } = readPage(query, ITEMS);
    const { input } = found(await this.library.read(ownerOf(principalOf(request)), id));
    const items = oldestFirst ? input : [...input].reverse();
    const start = after === undefined ? 0 : items.findIndex((item) => item.id === after) + 1;
    if (after !== undefined && start === 0) throw refusedField('after', 'is not the id of one of these items');
    return listDocument(items.slice(start, start + limit), start + limit < items.length);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('key')
  async cancel(@Req() request: FastifyRequest, @Param('id') id: string): Promise<never> {
    found(await this.library.read(ownerOf(principalOf(request)), id));
    throw new GatewayException({
      code: 'invalid_request',
      message: 'Only a response that is made in the background can be cancelled, and this gateway makes none.',
      param: 'response_id',
    });
  }
}

function found<Value>(outcome: ReadOutcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw new GatewayException(outcome.error);
}
