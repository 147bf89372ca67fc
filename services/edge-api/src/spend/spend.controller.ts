import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { keyHashOf } from '../keys/key-hash-of';
import { parseWith } from '../keys/key-requests';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { describeLog } from './describe-log';
import { listOf, readFilter, readRange } from './report-query';
import { toUnixMs } from './spend-query';
import { summarizeDays } from './summarize-days';
import { tellKeptSince } from './tell-kept-since';
import { onlyKeyOf } from './whose-spend';

const logsQuery = z.strictObject({
  request_id: z.string().max(100).optional(),
  api_key: z.string().max(512).optional(),
  user_id: z.string().max(200).optional(),
  team_id: z.string().max(200).optional(),
  batch_id: z.string().max(100).optional(),
  start_date: z.string().optional(),
  end_date: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
  page_token: z.string().max(500).optional(),
  summarize: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
});

const keysQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).optional() });

/** LiteLLM's spend reads, with exact amounts beside its decimal ones. */
@Controller('spend')
export class SpendController {
  constructor(@Inject(LEDGER_CLIENT) private readonly ledger: LedgerClient) {}

  /**
   * Newest first. A virtual key sees its own requests, and those of a team that it names and that lets it. The next page's token is in
   * `x-next-page-token`. With `summarize=true`, what was spent per day instead.
   */
  @Get('logs')
  @Access('key')
  async logs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Query() query: unknown) {
    const wanted = parseWith(logsQuery, query);
    const team = { teamIds: listOf(wanted.team_id), permission: '/spend/logs' } as const;
    const onlyKey = await onlyKeyOf(this.ledger, principalOf(request), team);
    if (wanted.summarize === 'true') {
      const { api_key, user_id, team_id, start_date, end_date } = wanted;
      const days = { api_key, user_id, team_id, start_date, end_date };
      return summarizeDays(this.ledger, readFilter(days, readRange(days, Date.now()), onlyKey));
    }
    const asked = wanted.api_key === undefined ? '' : keyHashOf(wanted.api_key);
    const { logs, nextPageToken, keptSinceUnixMs } = await this.ledger.ledger.listSpendLogs({
      requestId: wanted.request_id ?? '',
      keyHash: onlyKey ?? asked,
      teamId: wanted.team_id ?? '',
      userId: wanted.user_id ?? '',
      batchId: wanted.batch_id ?? '',
      fromUnixMs: toUnixMs('start_date', wanted.start_date),
      toUnixMs: toUnixMs('end_date', wanted.end_date),
      limit: wanted.limit ?? 0,
      pageToken: wanted.page_token ?? '',
    });
    if (nextPageToken !== '') void reply.header('x-next-page-token', nextPageToken);
    tellKeptSince(reply, keptSinceUnixMs);
    // A ledger of before this filter would answer with everybody's.
    return logs.filter(({ teamId }) => teamId === (wanted.team_id || teamId)).map(describeLog);
  }

  /** Highest spend first. */
  @Get('keys')
  @Access('admin')
  async keys(@Query() query: unknown) {
    const { keys } = await this.ledger.ledger.spendByKey({ limit: parseWith(keysQuery, query).limit ?? 0 });
    return keys.map((key) => ({
      token: key.keyHash,
      key_name: key.keyName || null,
      key_alias: key.keyAlias || null,
      spend: key.spendNanoUsd / 1e9,
      spend_nano_usd: key.spendNanoUsd,
      requests: key.requests,
      prompt_tokens: key.promptTokens,
      completion_tokens: key.completionTokens,
    }));
  }
}
