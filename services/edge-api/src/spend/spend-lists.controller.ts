import { Readable } from 'node:stream';
import type { SpendSum } from '@gateway/contracts';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { parseWith } from '../keys/key-requests';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { refusedField } from '../lists/read-page';
import { describeLog } from './describe-log';
import { exportSums } from './export-sums';
import { logsPageQuery, readLogsPage } from './logs-page';
import { listOf, onlyOwn, REPORT_FIELDS, readFilter, readRange } from './report-query';
import { spendMetrics } from './spend-metrics';
import { EXPORT_GROUPS, type GroupName, topSums } from './spend-sums';
import { tellKeptSince } from './tell-kept-since';
import { onlyKeyOf } from './whose-spend';

const listQuery = z.strictObject({ ...REPORT_FIELDS, limit: z.coerce.number().int().min(1).max(1_000).optional() });
const exportQuery = z.strictObject({
  ...REPORT_FIELDS,
  group_by: z.string().max(200).optional(),
  format: z.enum(['csv', 'json', 'ndjson']).optional(),
});
const USUAL_ROWS = 100;

/** Spend by user, team, tag and model, highest first; requests by page number; the sums as a file. */
@Controller('spend')
@Access('read-own')
export class SpendListsController {
  constructor(@Inject(LEDGER_CLIENT) private readonly ledger: LedgerClient) {}

  @Get('users')
  async users(@Req() request: FastifyRequest, @Query() query: unknown) {
    return (await this.top(request, query, 'user')).map((sum) => ({
      user_id: sum.groups[0] || null,
      ...spendMetrics(sum),
    }));
  }

  @Get('teams')
  async teams(@Req() request: FastifyRequest, @Query() query: unknown) {
    return (await this.top(request, query, 'team')).map((sum) => ({
      team_id: sum.groups[0] || null,
      ...spendMetrics(sum),
    }));
  }

  @Get('models')
  async models(@Req() request: FastifyRequest, @Query() query: unknown) {
    return (await this.top(request, query, 'model_group')).map((sum) => ({
      model: sum.groups[0] || null,
      ...spendMetrics(sum),
    }));
  }

  @Get('tags')
  async tags(@Req() request: FastifyRequest, @Query() query: unknown) {
    return (await this.top(request, query, 'tag')).map((sum) => {
      const metrics = spendMetrics(sum);
      return { individual_request_tag: sum.groups[0], log_count: sum.requests, total_spend: metrics.spend, ...metrics };
    });
  }

  @Get('logs/v2')
  async logs(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Query() query: unknown) {
    const wanted = parseWith(logsPageQuery, query);
    const asked = { teamIds: listOf(wanted.team_id), permission: '/spend/logs/v2' } as const;
    const page = readLogsPage(wanted, await onlyKeyOf(this.ledger, principalOf(request), asked));
    const { logs, total, keptSinceUnixMs } = await this.ledger.reports.pageSpendLogs(page.request);
    tellKeptSince(reply, keptSinceUnixMs);
    const { number, size } = page;
    return { data: logs.map(describeLog), total, page: number, page_size: size, total_pages: Math.ceil(total / size) };
  }

  /** Any sums, as CSV, a JSON array, or a JSON document a line. Written while it is read. */
  @Get('export')
  async export(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query() query: unknown) {
    const { group_by: named, format = 'csv', ...rest } = parseWith(exportQuery, query);
    const groupBy = named === undefined ? EXPORT_GROUPS : listOf(named).map(groupNamed);
    const question = { ...this.question(request, rest), groupBy };
    const { contentType, chunks } = exportSums(this.ledger, question, format);
    const first = await chunks.next();
    async function* whole(): AsyncGenerator<string> {
      if (!first.done) yield first.value;
      yield* chunks;
    }
    void reply.header('content-disposition', `attachment; filename="spend.${format}"`).type(contentType);
    await reply.send(Readable.from(whole(), { objectMode: false }));
  }

  private async top(request: FastifyRequest, query: unknown, group: GroupName): Promise<SpendSum[]> {
    const { limit = USUAL_ROWS, ...rest } = parseWith(listQuery, query);
    return topSums(this.ledger, { ...this.question(request, rest), groupBy: [group] }, limit);
  }

  private question(request: FastifyRequest, query: z.output<z.ZodObject<typeof REPORT_FIELDS>>) {
    const range = readRange(query, Date.now());
    return {
      filter: readFilter(query, range, onlyOwn(principalOf(request))),
      dayOffsetMinutes: range.dayOffsetMinutes,
    };
  }
}

const NAMES: readonly string[] = [...EXPORT_GROUPS, 'hour', 'customer', 'tag'];

function groupNamed(name: string): GroupName {
  if (!NAMES.includes(name)) throw refusedField('group_by', `takes ${NAMES.join(', ')}, separated by commas`);
  return name as GroupName;
}
