import type { SpendFilter, SpendSum } from '@gateway/contracts';
import { NANO_USD_PER_USD } from '@gateway/domain';
import type { LedgerClient } from '../ledger-client';
import { allSums } from './spend-sums';

const DAY_MS = 86_400_000;

interface Day {
  nanoUsd: number;
  readonly keys: Map<string, number>;
  readonly users: Map<string, number>;
  readonly models: Map<string, number>;
}

/** Spend per day as LiteLLM's `/spend/logs?summarize=true` has it: in all, by key (beside the rest), by user and by model. Every day has an entry. */
export async function summarizeDays(client: LedgerClient, filter: SpendFilter) {
  const days = new Map<string, Day>();
  for (let time = filter.fromUnixMs; time < filter.toUnixMs; time += DAY_MS) {
    const date = new Date(time).toISOString().slice(0, 10);
    days.set(date, { nanoUsd: 0, keys: new Map(), users: new Map(), models: new Map() });
  }
  for await (const sums of allSums(client, { filter, groupBy: ['day', 'key', 'user', 'provider_model'] })) {
    for (const sum of sums) addTo(days.get(sum.groups[0] ?? ''), sum);
  }
  return [...days].map(([startTime, { nanoUsd, keys, users, models }]) => ({
    ...usdBy(keys),
    startTime,
    spend: nanoUsd / NANO_USD_PER_USD,
    users: usdBy(users),
    models: usdBy(models),
  }));
}

function addTo(day: Day | undefined, { groups, costNanoUsd }: SpendSum): void {
  if (day === undefined) return;
  const [, key = '', user = '', model = ''] = groups;
  day.nanoUsd += costNanoUsd;
  for (const [sums, name] of [
    [day.keys, key],
    [day.users, user],
    [day.models, model],
  ] as const) {
    if (name !== '') sums.set(name, (sums.get(name) ?? 0) + costNanoUsd);
  }
}

function usdBy(sums: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...sums].map(([name, nanoUsd]) => [name, nanoUsd / NANO_USD_PER_USD]));
}
