import { SUMS, type SumName } from '../books/rollup-sums';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The hours to move are named one by one. */
const MOST_DAYS = 1_000;

/** Days of a time zone, and the stretch of time that they fill. */
export interface LocalDays {
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
  /** From local time to UTC; whole hours. */
  readonly offsetMinutes: number;
}

/** Whether the stretch is of whole days of the zone, which begin at another time than those of UTC. */
export function areLocalDays({ fromUnixMs, toUnixMs, offsetMinutes }: LocalDays): boolean {
  const isMidnight = (unixMs: number) => unixMs > 0 && (unixMs - offsetMinutes * 60_000) % DAY_MS === 0;
  const length = toUnixMs - fromUnixMs;
  return offsetMinutes !== 0 && isMidnight(fromUnixMs) && isMidnight(toUnixMs) && length <= MOST_DAYS * DAY_MS;
}

/** What is asked of sums `r` with their dimensions `d`. */
export interface DimensionQuestion {
  /** What to group by, in order; null for the day. */
  readonly groups: readonly (string | null)[];
  /** From `ledger_dimension d` on. */
  readonly joins: string;
  readonly conditions: () => readonly string[];
}

const DAY_OF_HOUR = "date_trunc('day', r.begins_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'";

/**
 * Sums of groups (`g1`, …) in days of the zone: those of the UTC days, less the hours that belong to the local day beside, which are added
 * to that one. So only the hours between the two midnights are read one by one, not all.
 */
export function localDaysSums(
  days: LocalDays,
  { groups, joins, conditions }: DimensionQuestion,
  parameter: (value: unknown) => string,
): string {
  const hours = days.offsetMinutes / 60;
  const time = (unixMs: number): string => `${parameter(new Date(unixMs).toISOString())}::timestamptz`;
  const names = groups.flatMap((group, index) => (group === null ? [] : [`g${index + 1}`]));
  const columns = ['midnight', ...names].join(', ');
  const sums = (of: (name: SumName) => string): string => SUMS.map((name) => `${of(name)} AS ${name}`).join(', ');
  const expressions = groups.flatMap((group, index) => (group === null ? [] : [`${group} AS g${index + 1}`]));
  const parts = (table: string, day: string, times: string): string => `
    SELECT ${[`${day} + interval '${hours} hours' AS midnight`, ...expressions].join(', ')},
           ${sums((name) => `sum(r.${name})::bigint`)}
    FROM ${table} r JOIN ${joins}
    WHERE ${[times, ...conditions()].join(' AND ')}
    GROUP BY ${expressions.map((_, index) => `${index + 1}, `).join('')}${expressions.length + 1}`;
  const [from, to] = [time(days.fromUnixMs - hours * HOUR_MS), time(days.toUnixMs - hours * HOUR_MS)];
  const moved = parameter(hoursToMove(days).map((unixMs) => new Date(unixMs).toISOString()));
  const asAsked = groups.map((group, index) => {
    return `${group === null ? `(midnight AT TIME ZONE 'UTC' - interval '${hours} hours')::date` : `g${index + 1}`} AS g${index + 1}, `;
  });
  return `
    SELECT ${asAsked.join('')} ${sums((name) => `coalesce(sum(${name}), 0)::bigint`)}
    FROM (
      ${parts('ledger_rollup_day', 'r.begins_at', `r.begins_at >= ${from} AND r.begins_at < ${to}`)}
      UNION ALL
      SELECT ${['midnight + move.by', ...names].join(', ')}, ${sums((name) => `move.sign * ${name}`)}
      FROM (${parts('ledger_rollup_hour', DAY_OF_HOUR, `r.begins_at = ANY (${moved}::timestamptz[])`)}) moved
      CROSS JOIN (VALUES (-1, interval '0'), (1, interval '${hours > 0 ? -24 : 24} hours')) AS move (sign, by)
    ) parts (${columns}, ${SUMS.join(', ')})
    WHERE midnight >= ${time(days.fromUnixMs)} AND midnight < ${time(days.toUnixMs)}
    ${groups.length === 0 ? '' : `GROUP BY ${groups.map((_, index) => index + 1).join(', ')}`}`;
}

/** Of the UTC days, and of the one that gives its hours to the first or the last local day. */
function hoursToMove({ fromUnixMs, toUnixMs, offsetMinutes }: LocalDays): number[] {
  const hours = offsetMinutes / 60;
  const firstDay = fromUnixMs - hours * HOUR_MS - (hours < 0 ? DAY_MS : 0);
  const lastDay = toUnixMs - hours * HOUR_MS - (hours < 0 ? DAY_MS : 0);
  const found: number[] = [];
  for (let day = firstDay; day <= lastDay; day += DAY_MS) {
    for (let hour = 0; hour < Math.abs(hours); hour += 1)
      found.push(day + (hours > 0 ? hour : 24 + hours + hour) * HOUR_MS);
  }
  return found;
}
