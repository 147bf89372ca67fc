import { type GatewayError, GatewayException } from '@gateway/domain';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { ownerOf } from './owner-of';
import { type ReadOutcome, ResponseLibrary } from './response-library';

const MOST_ITEMS = 100;
const USUAL_ITEMS = 20;

/** Stored responses, in OpenAI's words. Whoever asks sees their own; the rest is not there. */
@Controller(['v1/responses', 'responses'])
export class ResponsesController {
  constructor(@Inject(ResponseLibrary) private readonly library: ResponseLibrary) {}

  @Get(':id')
  @Access('key')
  async get(@Req() request: FastifyRequest, @Param('id') id: string, @Query('stream') stream?: string) {
    if (stream === 'true') throw refused('stream', 'a stored response cannot be streamed again');
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
    const limit = readLimit(query.limit);
    const { order = 'desc', after } = query;
    if (order !== 'asc' && order !== 'desc') throw refused('order', 'must be "asc" or "desc"');
    const { input } = found(await this.library.read(ownerOf(principalOf(request)), id));
    const items = order === 'asc' ? input : [...input].reverse();
    const start = after === undefined ? 0 : items.findIndex((item) => item.id === after) + 1;
    if (after !== undefined && start === 0) throw refused('after', 'is not the id of one of these items');
    const data = items.slice(start, start + limit);
    return {
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: start + limit < items.length,
    };
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

function readLimit(given: string | undefined): number {
  if (given === undefined) return USUAL_ITEMS;
  const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > MOST_ITEMS) throw refused('limit', `must be a number from 1 to ${MOST_ITEMS}`);
  return limit;
}

function refused(param: string, why: string): GatewayException {
  const error: GatewayError = { code: 'invalid_request', message: `${param}: ${why}.`, param };
  return new GatewayException(error);
}
