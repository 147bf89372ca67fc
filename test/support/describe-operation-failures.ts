import { type ConformanceEndpoint, proves } from '@gateway/provider-kit/conformance';
import type { GatewayAnswer } from './gateway-http';

export interface OperationSubject {
  /** Of the conformance tables. */
  readonly provider: string;
  readonly endpoint: ConformanceEndpoint;
  /** A client's name for a model that takes its emulator's faults. */
  readonly model: string;
  /** Calls the operation through the gateway. */
  call(model: string): Promise<GatewayAnswer>;
}

/** Registers what clients see when a provider fails an operation that is not chat. */
export function describeOperationFailures({ provider, endpoint, model, call }: OperationSubject): void {
  const cell = proves({ provider, endpoint, feature: 'error classes' });

  it.each([
    ['status-400', 400, 'invalid_request'],
    ['status-401', 502, 'provider_auth_failed'],
    ['status-402', 429, 'insufficient_quota'],
    ['status-404', 404, 'model_not_found'],
    ['status-429+retry-after-7s', 429, 'rate_limited'],
    ['status-500', 502, 'provider_error'],
    ['status-503', 503, 'provider_overloaded'],
  ])(`B7 a provider’s %s is %i %s, in OpenAI’s dialect ${cell}`, async (fault, status, code) => {
    const answer = await call(`${model}+${fault}`);
    expect([answer.status, answer.json()]).toEqual([status, { error: expect.objectContaining({ code }) }]);
    if (fault.includes('retry-after')) expect(answer.headers['retry-after']).toBe('7');
  });

  it.each(['empty-body', 'wrong-content-type', 'close-before-headers'])(
    `B7 an answer nobody can read (%s) is one error ${cell}`,
    async (fault) => {
      const answer = await call(`${model}+${fault}`);
      expect(answer.status).toBe(502);
      expect(answer.json()).toMatchObject({ error: { type: 'upstream_error' } });
    },
  );
}
