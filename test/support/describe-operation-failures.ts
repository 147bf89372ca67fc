import type { GatewayAnswer } from './gateway-http';

/** Calls one operation of a model through the gateway. */
export type OperationCaller = (model: string) => Promise<GatewayAnswer>;

/** Registers what clients see when a provider fails an operation that is not chat; `model` takes the emulator's faults. */
export function describeOperationFailures(model: string, call: OperationCaller): void {
  it.each([
    ['status-400', 400, 'invalid_request'],
    ['status-401', 502, 'provider_auth_failed'],
    ['status-402', 429, 'insufficient_quota'],
    ['status-403', 502, 'provider_auth_failed'],
    ['status-404', 404, 'model_not_found'],
    ['status-429+retry-after-7s', 429, 'rate_limited'],
    ['status-500', 502, 'provider_error'],
    ['status-503', 503, 'provider_overloaded'],
  ])('B7 a provider’s %s is %i %s, in OpenAI’s dialect', async (fault, status, code) => {
    const answer = await call(`${model}+${fault}`);
    expect([answer.status, answer.json()]).toEqual([status, { error: expect.objectContaining({ code }) }]);
    if (fault.includes('retry-after')) expect(answer.headers['retry-after']).toBe('7');
  });

  it.each(['empty-body', 'wrong-content-type', 'close-before-headers'])(
    'B7 an answer nobody can read (%s) is one error',
    async (fault) => {
      const answer = await call(`${model}+${fault}`);
      expect(answer.status).toBe(502);
      expect(answer.json()).toMatchObject({ error: { type: 'upstream_error' } });
    },
  );
}
