import type { Envelope, RequestSummary, RoutingSlip, SlipStep } from '@gateway/contracts';

const RECEIVED_AT_UNIX_MS = 1_700_000_000_000;

export function aRequestSummary(overrides: Partial<RequestSummary> = {}): RequestSummary {
  return { model: 'mock-gpt', stream: false, tools: false, images: false, estimatedPromptTokens: 10, ...overrides };
}

export function aSlipStep(overrides: Partial<SlipStep> = {}): SlipStep {
  return {
    deployment: 'mock-gpt-1',
    group: 'mock-gpt',
    pool: 'openai',
    providerModel: 'mock-gpt',
    firstTokenTimeoutMs: 30_000,
    idleTimeoutMs: 60_000,
    maxAttempts: 1,
    backoffBaseMs: 100,
    backoffCapMs: 1_000,
    ...overrides,
  };
}

export function aRoutingSlip(overrides: Partial<RoutingSlip> = {}): RoutingSlip {
  return {
    steps: [aSlipStep()],
    cursor: 0,
    attempts: [],
    policyVersion: '1-000000000000',
    reason: 'the only deployment',
    ...overrides,
  };
}

/** A call as the edge publishes it: no slip yet, a minute to its deadline. */
export function anEnvelope(overrides: Partial<Envelope> = {}): Envelope {
  const receivedAtUnixMs = overrides.receivedAtUnixMs ?? RECEIVED_AT_UNIX_MS;
  return {
    requestId: 'request-1',
    edge: 'edge-1',
    token: 'token-1',
    dispatch: 0,
    receivedAtUnixMs,
    deadlineUnixMs: receivedAtUnixMs + 60_000,
    handoverByUnixMs: receivedAtUnixMs + 2_000,
    principal: { keyHash: 'a'.repeat(64) },
    wire: 'openai-chat',
    summary: aRequestSummary(),
    wantsUsage: false,
    configVersion: '1-aaaaaaaaaaaa',
    ...overrides,
  };
}
