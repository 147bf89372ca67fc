import type { PageSpendLogsRequest } from '@gateway/contracts';
import { NANO_USD_PER_USD } from '@gateway/domain';
import { z } from 'zod';
import { keyHashOf } from '../keys/key-hash-of';
import { toUnixMs } from './spend-query';

const text = z.string().max(512).optional();
const ORDERS = {
  startTime: 'received_at',
  spend: 'cost_nano_usd',
  total_tokens: 'tokens',
  request_duration_ms: 'latency_ms',
} as const;

/** LiteLLM's filters of `/spend/logs/v2`, as far as the books know what they ask for. */
export const logsPageQuery = z.strictObject({
  api_key: text,
  user_id: text,
  request_id: text,
  team_id: text,
  end_user: text,
  key_alias: text,
  model: text,
  model_id: text,
  model_group: text,
  status_filter: z.enum(['success', 'failure', 'failed', 'cancelled', 'open']).optional(),
  error_code: text,
  min_spend: z.coerce.number().min(0).max(9e6).optional(),
  max_spend: z.coerce.number().min(0).max(9e6).optional(),
  start_date: text,
  end_date: text,
  page: z.coerce.number().int().min(1).max(100_000).optional(),
  page_size: z.coerce.number().int().min(1).max(1_000).optional(),
  sort_by: z.enum(['startTime', 'spend', 'total_tokens', 'request_duration_ms']).optional(),
  sort_order: z.enum(['asc', 'desc']).optional(),
});

/** `onlyKey`: requests of that key, whatever is asked for. @throws GatewayException that names the field */
export function readLogsPage(query: z.output<typeof logsPageQuery>, onlyKey: string | null) {
  const { page: number = 1, page_size: size = 50, status_filter: status = '' } = query;
  const asked = query.api_key === undefined ? '' : keyHashOf(query.api_key);
  const request: PageSpendLogsRequest = {
    requestId: query.request_id ?? '',
    keyHash: onlyKey ?? asked,
    keyAlias: query.key_alias ?? '',
    userId: query.user_id ?? '',
    teamId: query.team_id ?? '',
    customerId: query.end_user ?? '',
    modelGroup: query.model_group ?? '',
    providerModel: query.model ?? '',
    deployment: query.model_id ?? '',
    status: status === 'failure' ? 'failed' : status,
    errorCode: query.error_code ?? '',
    fromUnixMs: toUnixMs('start_date', query.start_date),
    toUnixMs: toUnixMs('end_date', query.end_date),
    ...(query.min_spend !== undefined && { leastNanoUsd: Math.ceil(query.min_spend * NANO_USD_PER_USD) }),
    ...(query.max_spend !== undefined && { mostNanoUsd: Math.floor(query.max_spend * NANO_USD_PER_USD) }),
    orderBy: ORDERS[query.sort_by ?? 'startTime'],
    ascending: query.sort_order === 'asc',
    offset: (number - 1) * size,
    limit: size,
  };
  return { request, number, size };
}
