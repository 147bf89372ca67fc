import type { SpendSum } from '@gateway/contracts';
import { NANO_USD_PER_USD } from '@gateway/domain';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { parseWith } from '../keys/key-requests';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { onlyOwn, REPORT_FIELDS, readFilter, readRange } from './report-query';
import { describeReport, REPORT_GROUPS } from './spend-report';
import { allSums, type GroupName, topSums } from './spend-sums';

const listQuery = z.strictObject({ ...REPORT_FIELDS, limit: z.coerce.number().int().min(1).max(1_000).optional() });
const reportQuery = z.strictObject({
  ...REPORT_FIELDS,
  group_by: z.enum(['team', 'customer', 'api_key', 'internal_user']).optional(),
});
const USUAL_ROWS = 100;

/** LiteLLM's reports over everybody, for administrators. Without dates they are of the last 30 days. */
@Controller('global')
@Access('viewer')
export class GlobalSpendController {
  constructor(@Inject(LEDGER_CLIENT) private readonly ledger: LedgerClient) {}

  @Get('spend')
  async spend(@Req() request: FastifyRequest, @Query() query: unknown) {
    const [sum] = await this.everything(request, query, []);
    return { spend: usd(sum), spend_nano_usd: sum?.costNanoUsd ?? 0, max_budget: null };
  }

  @Get('spend/keys')
  async keys(@Req() request: FastifyRequest, @Query() query: unknown) {
    const sums = await this.top(request, query, 'key');
    return sums.map((sum) => ({ api_key: sum.groups[0], key_alias: sum.keyAlias || null, total_spend: usd(sum) }));
  }

  @Get('spend/models')
  async models(@Req() request: FastifyRequest, @Query() query: unknown) {
    const sums = await this.top(request, query, 'model_group');
    return sums.map((sum) => ({ model: sum.groups[0] || null, total_spend: usd(sum) }));
  }

  @Get('spend/provider')
  async providers(@Req() request: FastifyRequest, @Query() query: unknown) {
    const sums = await this.top(request, query, 'provider');
    return sums.map((sum) => ({ provider: sum.groups[0] || null, spend: usd(sum) }));
  }

  @Get('spend/tags')
  async tags(@Req() request: FastifyRequest, @Query() query: unknown) {
    const sums = await this.top(request, query, 'tag');
    return { spend_per_tag: sums.map((sum) => ({ name: sum.groups[0], spend: usd(sum), log_count: sum.requests })) };
  }

  @Get('spend/teams')
  async teams(@Req() request: FastifyRequest, @Query() query: unknown) {
    const teams = (await this.top(request, query, 'team')).filter((sum) => sum.groups[0] !== '');
    const days = new Map<string, Record<string, string | number>>();
    for (const sum of await this.everything(request, query, ['day', 'team'])) {
      const [date = '', team = ''] = sum.groups;
      if (team === '') continue;
      const day = days.get(date) ?? { date };
      days.set(date, day);
      day[team] = usd(sum);
    }
    return {
      daily_spend: [...days.values()],
      teams: teams.map((sum) => sum.groups[0]),
      total_spend_per_team: teams.map((sum) => ({ team_id: sum.groups[0], total_spend: usd(sum) })),
    };
  }

  /** Spend per day. */
  @Get('spend/logs')
  async days(@Req() request: FastifyRequest, @Query() query: unknown) {
    const sums = await this.everything(request, query, ['day']);
    return sums.map((sum) => ({ date: sum.groups[0], spend: usd(sum) }));
  }

  @Get('spend/report')
  async report(@Req() request: FastifyRequest, @Query() query: unknown) {
    const { group_by: groupBy = 'team', ...rest } = parseWith(reportQuery, query);
    return describeReport(groupBy, await this.everything(request, rest, REPORT_GROUPS[groupBy]));
  }

  @Get('activity')
  async activity(@Req() request: FastifyRequest, @Query() query: unknown) {
    const sums = await this.everything(request, query, ['day']);
    const days = sums.map((sum) => ({ date: sum.groups[0], api_requests: sum.requests, total_tokens: tokens(sum) }));
    return {
      daily_data: days,
      sum_api_requests: days.reduce((total, day) => total + day.api_requests, 0),
      sum_total_tokens: days.reduce((total, day) => total + day.total_tokens, 0),
    };
  }

  @Get('activity/model')
  async activityOfModels(@Req() request: FastifyRequest, @Query() query: unknown) {
    const models = new Map<string, { date: string | undefined; api_requests: number; total_tokens: number }[]>();
    for (const sum of await this.everything(request, query, ['model_group', 'day'])) {
      const [model = '', date] = sum.groups;
      const days = models.get(model) ?? [];
      models.set(model, days);
      days.push({ date, api_requests: sum.requests, total_tokens: tokens(sum) });
    }
    return [...models].map(([model, days]) => ({
      model: model || null,
      daily_data: days,
      sum_api_requests: days.reduce((total, day) => total + day.api_requests, 0),
      sum_total_tokens: days.reduce((total, day) => total + day.total_tokens, 0),
    }));
  }

  private async top(request: FastifyRequest, query: unknown, group: GroupName): Promise<SpendSum[]> {
    const { limit = USUAL_ROWS, ...rest } = parseWith(listQuery, query);
    return topSums(this.ledger, { ...this.question(request, rest), groupBy: [group] }, limit);
  }

  private async everything(request: FastifyRequest, query: unknown, groupBy: readonly GroupName[]) {
    const sums: SpendSum[] = [];
    for await (const page of allSums(this.ledger, { ...this.question(request, query), groupBy })) sums.push(...page);
    return sums;
  }

  private question(request: FastifyRequest, query: unknown) {
    const principal = principalOf(request);
    const { limit: _rows, ...wanted } = parseWith(listQuery, query);
    const range = readRange(wanted, Date.now());
    return { filter: readFilter(wanted, range, onlyOwn(principal)), dayOffsetMinutes: range.dayOffsetMinutes };
  }
}

function usd(sum: SpendSum | undefined): number {
  return (sum?.costNanoUsd ?? 0) / NANO_USD_PER_USD;
}

function tokens(sum: SpendSum): number {
  return sum.promptTokens + sum.completionTokens;
}
