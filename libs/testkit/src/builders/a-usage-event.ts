import type { AttemptRecord, RequestRecord, UsageEvent } from '@gateway/contracts';
import { NO_USAGE, type Usage } from '@gateway/domain';

const STARTED_AT_UNIX_MS = 1_700_000_000_000;

export function aUsage(overrides: Partial<Usage> = {}): Usage {
  return { ...NO_USAGE, promptTokens: 12, completionTokens: 7, ...overrides };
}

export function anAttemptRecord(overrides: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attempt: 1,
    deployment: 'mock-gpt-1',
    modelGroup: 'mock-gpt',
    provider: 'openai',
    providerModel: 'mock-gpt',
    startedAtUnixMs: STARTED_AT_UNIX_MS,
    latencyMs: 120,
    timeToFirstTokenMs: 40,
    status: 'success',
    failure: null,
    providerStatus: 200,
    billable: true,
    usage: aUsage(),
    ...overrides,
  };
}

export function aRequestRecord(overrides: Partial<RequestRecord> = {}): RequestRecord {
  return {
    receivedAtUnixMs: STARTED_AT_UNIX_MS,
    latencyMs: 125,
    timeToFirstTokenMs: 42,
    status: 'success',
    httpStatus: 200,
    errorCode: null,
    attempts: 1,
    ...overrides,
  };
}

/** A worker's report of a request that went well at the first attempt. */
export function aUsageEvent(overrides: Partial<UsageEvent> = {}): UsageEvent {
  return {
    requestId: 'request-1',
    source: 'worker',
    principal: { keyHash: 'a'.repeat(64) },
    requestedModel: 'mock-gpt',
    wire: 'openai-chat',
    stream: false,
    attempt: anAttemptRecord(),
    request: aRequestRecord(),
    ...overrides,
  };
}
