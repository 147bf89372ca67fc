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

/**
 * Sums by day of the zone, as a table like that of hours: those of the UTC days, less the hours that belong to the local day beside,
 * which are added to that one. So only the hours between the two midnights are read one by one, not all.
 */
export function localDaysTable(days: LocalDays, parameter: (value: unknown) => string): string {
  const hours = days.offsetMinutes / 60;
  const [from, to] = [days.fromUnixMs - hours * HOUR_MS, days.toUnixMs - hours * HOUR_MS];
  const time = (unixMs: number): string => `${parameter(new Date(unixMs).toISOString())}::timestamptz`;
  const begin = `${parameter(hours)}::integer * interval '1 hour'`;
  const beside = `interval '${hours > 0 ? -24 : 24} hours'`;
  const moved = parameter(hoursToMove(days).map((unixMs) => new Date(unixMs).toISOString()));
  const sums = (of: (name: SumName) => string): string => SUMS.map((name) => `${of(name)} AS ${name}`).join(', ');
  return `(
    SELECT begins_at + ${begin} AS begins_at, dimension_id, ${SUMS.join(', ')}
    FROM ledger_rollup_day WHERE begins_at >= ${time(from)} AND begins_at < ${time(to)}
    UNION ALL
    SELECT moved.begins_at + ${begin} + move.by, moved.dimension_id, ${sums((name) => `move.sign * moved.${name}`)}
    FROM (
      SELECT date_trunc('day', begins_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS begins_at, dimension_id,
             ${sums((name) => `sum(${name})::bigint`)}
      FROM ledger_rollup_hour WHERE begins_at = ANY (${moved}::timestamptz[]) GROUP BY 1, 2
    ) moved
    CROSS JOIN (VALUES (-1, interval '0'), (1, ${beside})) AS move (sign, by)
  )`;
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
