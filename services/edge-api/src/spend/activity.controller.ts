import type { SpendFilter } from '@gateway/contracts';
import type { Principal } from '@gateway/domain';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { parseWith } from '../keys/key-requests';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { type Entity, readActivity } from './daily-activity';
import { listOf, onlyOwn, REPORT_FIELDS, type ReportRange, readFilter, readRange } from './report-query';
import { SpendTotal } from './spend-metrics';
import { allSums } from './spend-sums';
import { onlyKeyOf } from './whose-spend';

const DAY_MS = 86_400_000;

const MOST_DAYS = 3_660;

const lists = z.string().max(20_000).optional();
const activityQuery = z.strictObject({
  ...REPORT_FIELDS,
  page: z.coerce.number().int().min(1).max(100_000).optional(),
  page_size: z.coerce.number().int().min(1).max(MOST_DAYS).optional(),
  user_ids: lists,
  exclude_user_ids: lists,
  team_ids: lists,
  exclude_team_ids: lists,
  end_user_ids: lists,
  exclude_end_user_ids: lists,
  exclude_tags: lists,
});

const wholeQuery = activityQuery.omit({ page: true, page_size: true });

type ActivityQuery = z.output<typeof activityQuery>;

/** LiteLLM's activity per day, by its names. Pages are of days, newest first. A key sees what it spent itself. */
@Controller()
@Access('read-own')
export class ActivityController {
  constructor(@Inject(LEDGER_CLIENT) private readonly ledger: LedgerClient) {}

  @Get('user/daily/activity')
  users(@Req() request: FastifyRequest, @Query() query: unknown) {
    return this.answer('user', request, query);
  }

  /** All days in one page. */
  @Get('user/daily/activity/aggregated')
  allOfUsers(@Req() request: FastifyRequest, @Query() query: unknown) {
    const wanted = parseWith(wholeQuery, query);
    return this.answer('user', request, { ...wanted, page_size: MOST_DAYS });
  }

  /** A team's administrators see what it spent, and its members where it lets them, when they name it. */
  @Get('team/daily/activity')
  teams(@Req() request: FastifyRequest, @Query() query: unknown) {
    return this.answer('team', request, query);
  }

  @Get(['customer/daily/activity', 'end_user/daily/activity'])
  customers(@Req() request: FastifyRequest, @Query() query: unknown) {
    return this.answer('customer', request, query);
  }

  @Get('tag/daily/activity')
  tags(@Req() request: FastifyRequest, @Query() query: unknown) {
    return this.answer('tag', request, query);
  }

  private async shownTo(principal: Principal, entity: Entity, { team_id, team_ids }: ActivityQuery) {
    if (entity !== 'team') return onlyOwn(principal);
    const asked = { teamIds: [...listOf(team_id), ...listOf(team_ids)], permission: '/team/daily/activity' } as const;
    return onlyKeyOf(this.ledger, principal, asked);
  }

  private async answer(entity: Entity, request: FastifyRequest, query: unknown) {
    const wanted = parseWith(activityQuery, query);
    const range = readRange(wanted, Date.now());
    const allowed = await this.shownTo(principalOf(request), entity, wanted);
    const filter = filterOf(entity, wanted, readFilter(wanted, range, allowed));
    const page = pageOf(wanted, range);
    const question = { filter: { ...filter, ...page.range }, dayOffsetMinutes: range.dayOffsetMinutes };
    const total = new SpendTotal();
    for await (const sums of allSums(this.ledger, { ...question, filter, groupBy: [] })) {
      for (const sum of sums) total.add(sum);
    }
    const days = page.range === null ? [] : await readActivity(this.ledger, entity, question);
    const totals = Object.entries(total.metrics()).map(([name, value]) => [
      `total_${name.replace(/^total_/, '')}`,
      value,
    ]);
    return {
      results: days.map((day) => day.describe()),
      metadata: {
        ...Object.fromEntries(totals),
        page: page.number,
        total_pages: page.count,
        has_more: page.number < page.count,
      },
    };
  }
}

/** Of teams, customers and tags, those that have a name; of users also what nobody's keys spent. */
function filterOf(entity: Entity, query: ActivityQuery, filter: SpendFilter): SpendFilter {
  const nobody = (kind: Entity) => (entity === kind ? [''] : []);
  return {
    ...filter,
    userIds: [...filter.userIds, ...listOf(query.user_ids)],
    teamIds: [...filter.teamIds, ...listOf(query.team_ids)],
    customerIds: [...filter.customerIds, ...listOf(query.end_user_ids)],
    excludeUserIds: listOf(query.exclude_user_ids),
    excludeTeamIds: [...listOf(query.exclude_team_ids), ...nobody('team')],
    excludeCustomerIds: [...listOf(query.exclude_end_user_ids), ...nobody('customer')],
    excludeTags: listOf(query.exclude_tags),
  };
}

/** The days of one page; null beyond the last. */
function pageOf(query: ActivityQuery, { fromUnixMs, toUnixMs }: ReportRange) {
  const { page: number = 1, page_size: size = 31 } = query;
  const count = Math.ceil((toUnixMs - fromUnixMs) / (size * DAY_MS));
  const end = toUnixMs - (number - 1) * size * DAY_MS;
  const range = end <= fromUnixMs ? null : { fromUnixMs: Math.max(fromUnixMs, end - size * DAY_MS), toUnixMs: end };
  return { number, count, range };
}
