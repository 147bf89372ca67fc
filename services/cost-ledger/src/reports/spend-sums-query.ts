import type { SpendFilter, SumSpendRequest } from '@gateway/contracts';
import { ownEntry } from '@gateway/domain';
import { GrpcFault } from '@gateway/service-kit';
import { SUMS } from '../books/rollup-sums';
import { sqlText } from '../sql-values';
import { areLocalDays, localDaysSums } from './local-days';
import type { SqlQuery } from './spend-log-query';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What sums can be grouped by, as expressions over a rollup `r`, its dimension `d` and, for tags, one tag. */
const GROUPS: Readonly<Record<string, string>> = {
  key: 'd.key_hash',
  user: 'd.user_id',
  team: 'd.team_id',
  customer: 'd.customer_id',
  tag: 't.tag',
  model_group: 'd.model_group',
  provider: 'd.provider',
  provider_model: 'd.provider_model',
  wire: 'd.wire',
  hour: 'r.begins_at',
};

/** Times become text once for each group, not once for each row that is added up. */
const AS_TEXT: Readonly<Record<string, (group: string) => string>> = {
  day: (group) => `to_char(${group}, 'YYYY-MM-DD')`,
  hour: (group) => `to_char(${group} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Sums by group. */
export function spendSumsQuery(request: SumSpendRequest, limit: number): SqlQuery {
  const parameters: unknown[] = [];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  const groups = request.groupBy.map((name) => groupExpression(name, request.dayOffsetMinutes));
  // By bytes, so that the next page begins where this one ended whatever the collation.
  const order = groups.map((_, index) => `g${index + 1} COLLATE "C"`);
  const after = request.after.map((value) => `${parameter(sqlText(value))}::text`);
  const texts = request.groupBy.map(
    (name, index) => `${AS_TEXT[name]?.(`g${index + 1}`) ?? `g${index + 1}`} AS g${index + 1}, `,
  );
  const sql = `
    SELECT * FROM (
      SELECT ${texts.join('')} ${SUMS.join(', ')} FROM (
        ${sumsOfGroups(request, groups, parameter)}
      ) sums_of_groups
    ) sums
    WHERE (requests <> 0 OR attempts <> 0 OR ${groups.length === 0})
      ${after.length === 0 ? '' : `AND (${order.join(', ')}) > (${after.join(', ')})`}
    ORDER BY ${[request.top && 'cost_nano_usd DESC', ...order, '1'].filter(Boolean).join(', ')}
    LIMIT ${parameter(limit)}`;
  return { sql, parameters };
}

function sumsOfGroups(
  request: SumSpendRequest,
  groups: readonly string[],
  parameter: (value: unknown) => string,
): string {
  const { groupBy, filter, dayOffsetMinutes: offsetMinutes } = request;
  const joins = `ledger_dimension d ON d.id = r.dimension_id
      ${groupBy.includes('tag') ? 'CROSS JOIN LATERAL unnest(d.tags) AS t (tag)' : ''}`;
  const fromUnixMs = Math.max(filter?.fromUnixMs ?? 0, lastDayUnixMs(request) ?? 0);
  const days = { fromUnixMs, toUnixMs: filter?.toUnixMs ?? 0, offsetMinutes };
  if (!groupBy.includes('hour') && areLocalDays(days)) {
    const conditions = () => conditionsOf(filter, groupBy, parameter);
    const byDay = groups.map((group, index) => (groupBy[index] === 'day' ? null : group));
    return localDaysSums(days, { groups: byDay, joins, conditions }, parameter);
  }
  return `
      SELECT ${groups.map((group, index) => `${group} AS g${index + 1}, `).join('')}
             ${SUMS.map((name) => `coalesce(sum(r.${name}), 0)::bigint AS ${name}`).join(', ')}
      FROM ${tableFor(request)} r JOIN ${joins}
      ${where(request, parameter)}
      ${groups.length === 0 ? '' : `GROUP BY ${groups.map((_, index) => index + 1).join(', ')}`}`;
}

function groupExpression(name: string, dayOffsetMinutes: number): string {
  if (name === 'day') {
    // Checked to be a whole number of hours.
    return `(r.begins_at AT TIME ZONE 'UTC' - make_interval(mins => ${dayOffsetMinutes}))::date`;
  }
  const expression = ownEntry(GROUPS, name);
  if (expression === undefined) throw new GrpcFault('INVALID_ARGUMENT', `group_by: no such group: ${name}`, 'group_by');
  return expression;
}

/** Sums of days where they are enough: they are a 24th of those of hours. */
function tableFor({ groupBy, dayOffsetMinutes, filter }: SumSpendRequest): string {
  const isOfDays =
    dayOffsetMinutes === 0 &&
    !groupBy.includes('hour') &&
    (filter?.fromUnixMs ?? 0) % DAY_MS === 0 &&
    (filter?.toUnixMs ?? 0) % DAY_MS === 0;
  return isOfDays ? 'ledger_rollup_day' : 'ledger_rollup_hour';
}

function where(request: SumSpendRequest, parameter: (value: unknown) => string): string {
  const conditions = [
    ...fromLastDay(request, parameter),
    ...timesOf(request.filter, parameter),
    ...conditionsOf(request.filter, request.groupBy, parameter),
  ];
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** A page that goes on within a day needs no earlier one: else the last page would add up all that was shown before. */
function fromLastDay(request: SumSpendRequest, parameter: (value: unknown) => string): string[] {
  const unixMs = lastDayUnixMs(request);
  return unixMs === null ? [] : [`r.begins_at >= ${parameter(new Date(unixMs).toISOString())}::timestamptz`];
}

/** When the day begins that the page before ended in. */
function lastDayUnixMs({ groupBy, after: [day = ''], dayOffsetMinutes }: SumSpendRequest): number | null {
  const midnight = groupBy[0] === 'day' && DAY.test(day) ? Date.parse(day) : Number.NaN;
  return Number.isNaN(midnight) ? null : midnight + dayOffsetMinutes * 60_000;
}

function timesOf(filter: SpendFilter | undefined, parameter: (value: unknown) => string): string[] {
  const { fromUnixMs = 0, toUnixMs = 0 } = filter ?? {};
  const time = (unixMs: number): string => `${parameter(new Date(unixMs).toISOString())}::timestamptz`;
  return [
    ...(fromUnixMs === 0 ? [] : [`r.begins_at >= ${time(fromUnixMs)}`]),
    ...(toUnixMs === 0 ? [] : [`r.begins_at < ${time(toUnixMs)}`]),
  ];
}

/** Of the dimensions. */
function conditionsOf(
  filter: SpendFilter | undefined,
  groupBy: readonly string[],
  parameter: (value: unknown) => string,
): string[] {
  if (filter === undefined) return [];
  const conditions: string[] = [];
  const add = (values: readonly string[], condition: (list: string) => string): void => {
    if (values.length > 0) conditions.push(condition(`${parameter(values.map(sqlText))}::text[]`));
  };
  add(filter.keyHashes, (list) => `d.key_hash = ANY (${list})`);
  add(filter.userIds, (list) => `d.user_id = ANY (${list})`);
  add(filter.teamIds, (list) => `d.team_id = ANY (${list})`);
  add(filter.customerIds, (list) => `d.customer_id = ANY (${list})`);
  add(filter.modelGroups, (list) => `d.model_group = ANY (${list})`);
  add(filter.providers, (list) => `d.provider = ANY (${list})`);
  add(filter.providerModels, (list) => `d.provider_model = ANY (${list})`);
  add(filter.excludeUserIds, (list) => `d.user_id <> ALL (${list})`);
  add(filter.excludeTeamIds, (list) => `d.team_id <> ALL (${list})`);
  add(filter.excludeCustomerIds, (list) => `d.customer_id <> ALL (${list})`);
  // By tag, a sum is of that tag alone.
  const isByTag = groupBy.includes('tag');
  add(filter.tags, (list) => (isByTag ? `t.tag = ANY (${list})` : `d.tags && ${list}`));
  add(filter.excludeTags, (list) => (isByTag ? `t.tag <> ALL (${list})` : `NOT d.tags && ${list}`));
  return conditions;
}

/** @throws GrpcFault where an end is not a whole hour: sums know nothing smaller. */
export function checkHours(request: SumSpendRequest): void {
  const { filter, dayOffsetMinutes } = request;
  for (const [field, unixMs] of [
    ['start_date', filter?.fromUnixMs ?? 0],
    ['end_date', filter?.toUnixMs ?? 0],
  ] as const) {
    if (unixMs % HOUR_MS !== 0) throw new GrpcFault('INVALID_ARGUMENT', `${field}: must be a whole hour`, field);
  }
  if (dayOffsetMinutes % 60 !== 0 || Math.abs(dayOffsetMinutes) > 14 * 60) {
    throw new GrpcFault('INVALID_ARGUMENT', 'timezone: must be whole hours, in minutes, from -840 to 840', 'timezone');
  }
}
