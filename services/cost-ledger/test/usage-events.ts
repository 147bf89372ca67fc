import type { AttemptRecord, RequestRecord, UsageEvent } from '@gateway/contracts';
import { NO_USAGE, type Usage } from '@gateway/domain';
import { firstIdOf } from '../src/months/id-time';

export const KEY_HASH = 'a'.repeat(64);
export const NOON_UNIX_MS = Date.UTC(2026, 10, 21, 12);

/** A provider's word: `promptTokens` in, `completionTokens` out. */
export function usage(promptTokens: number, completionTokens: number, changes: Partial<Usage> = {}): Usage {
  return { ...NO_USAGE, promptTokens, completionTokens, ...changes };
}

export function attemptRecord(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attempt: 0,
    deployment: 'mock-1',
    modelGroup: 'mock-gpt',
    provider: 'mock',
    providerModel: 'gpt',
    startedAtUnixMs: NOON_UNIX_MS + 5,
    latencyMs: 120,
    timeToFirstTokenMs: 40,
    status: 'success',
    failure: null,
    providerStatus: 200,
    billable: true,
    usage: usage(10, 20),
    ...changes,
  };
}

export function requestRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    receivedAtUnixMs: NOON_UNIX_MS,
    latencyMs: 130,
    timeToFirstTokenMs: 45,
    status: 'success',
    httpStatus: 200,
    errorCode: null,
    attempts: 1,
    ...changes,
  };
}

/** An event of a worker about request `requestId`; it says nothing until `attempt` or `request` is given. */
export function usageEvent(requestId: string, changes: Partial<UsageEvent> = {}): UsageEvent {
  return {
    requestId,
    source: 'worker',
    principal: { keyHash: KEY_HASH, keyAlias: 'alice', userId: 'u1', teamId: 't1' },
    requestedModel: 'mock-gpt',
    wire: 'openai-chat',
    stream: false,
    ...changes,
  };
}

/** As an edge gives them out at this time. */
export function requestIdAt(unixMs: number, number = 0): string {
  return `${firstIdOf(unixMs)}-7000-8000-${String(number).padStart(12, '0')}`;
}
