import type { SpendFilter } from '@gateway/contracts';
import type { Principal } from '@gateway/domain';
import { z } from 'zod';
import { seesAll } from '../accounts/may-manage';
import { keyHashOf } from '../keys/key-hash-of';
import { refusedField } from '../lists/read-page';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const USUAL_DAYS = 30;

/** What reports can be narrowed by: LiteLLM's parameters, lists separated by commas. Days are whole, the last one too. */
export const REPORT_FIELDS = {
  start_date: z.string().max(40).optional(),
  end_date: z.string().max(40).optional(),
  timezone: z.coerce.number().int().min(-840).max(840).optional(),
  api_key: z.string().max(5_000).optional(),
  user_id: z.string().max(5_000).optional(),
  internal_user_id: z.string().max(5_000).optional(),
  team_id: z.string().max(5_000).optional(),
  customer_id: z.string().max(5_000).optional(),
  tags: z.string().max(5_000).optional(),
  model: z.string().max(5_000).optional(),
  provider: z.string().max(5_000).optional(),
};

export type ReportQuery = z.output<z.ZodObject<typeof REPORT_FIELDS>>;

export interface ReportRange {
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
  readonly dayOffsetMinutes: number;
}

/** Without dates the last 30 days, today included. @throws GatewayException that names the field */
export function readRange(query: ReportQuery, nowUnixMs: number): ReportRange {
  const dayOffsetMinutes = query.timezone ?? 0;
  if (dayOffsetMinutes % 60 !== 0) throw refusedField('timezone', 'must be a whole number of hours, in minutes');
  const offsetMs = dayOffsetMinutes * 60_000;
  const today = Math.floor((nowUnixMs - offsetMs) / DAY_MS) * DAY_MS;
  const last = query.end_date === undefined ? today : dayOf('end_date', query.end_date);
  const first =
    query.start_date === undefined ? last - (USUAL_DAYS - 1) * DAY_MS : dayOf('start_date', query.start_date);
  if (first > last) throw refusedField('start_date', 'must not be after end_date');
  return { fromUnixMs: first + offsetMs, toUnixMs: last + DAY_MS + offsetMs, dayOffsetMinutes };
}

function dayOf(field: string, date: string): number {
  const unixMs = /^\d{4}-\d\d-\d\d([T ].*)?$/.test(date) ? Date.parse(`${date.slice(0, 10)}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(unixMs) || unixMs < DAY_MS) throw refusedField(field, 'is not a date; write it like 2026-11-21');
  return unixMs;
}

/** The one key of which somebody who may not see everything is shown; null for everybody's. */
export function onlyOwn(principal: Principal): string | null {
  return seesAll(principal) ? null : principal.keyHash;
}

/** `onlyKey`: what that key spent, whatever is asked for. */
export function readFilter(query: ReportQuery, range: ReportRange, onlyKey: string | null): SpendFilter {
  const { fromUnixMs, toUnixMs } = range;
  return {
    fromUnixMs,
    toUnixMs,
    keyHashes: onlyKey === null ? listOf(query.api_key).map(keyHashOf) : [onlyKey],
    userIds: [...listOf(query.user_id), ...listOf(query.internal_user_id)],
    teamIds: listOf(query.team_id),
    customerIds: listOf(query.customer_id),
    tags: listOf(query.tags),
    modelGroups: listOf(query.model),
    providers: listOf(query.provider),
    providerModels: [],
    excludeUserIds: [],
    excludeTeamIds: [],
    excludeCustomerIds: [],
    excludeTags: [],
  };
}

export function listOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
