import type { Operation } from '@gateway/domain';
import { type ConformanceFeature, proves } from '@gateway/provider-kit/conformance';
import type { ProviderEmulator } from '@gateway/testkit';
import type { GatewayHttp } from '../support/gateway-http';
import { loggedRequest } from '../support/spend-logs';
import { OPERATION_TESTS } from './operation-tests';

/** A provider's emulator behind a gateway. */
export interface ProviderOperationsSubject {
  /** In the tables: a prefix of the registry. */
  readonly provider: string;
  readonly emulator: ProviderEmulator;
  /** What it does besides chat, with the gateway's name of a model that does it; faults are added to the name. */
  readonly models: Partial<Readonly<Record<Operation, string>>>;
  started(): { readonly gateway: GatewayHttp };
  /** Default: everything. */
  readonly only?: readonly ConformanceFeature[];
  /** Operations whose use the provider does not count: what the ledger has is an estimate of ours, which proves nothing. */
  readonly uncounted?: readonly Operation[];
}

type Trial = (operation: Operation, model: string, subject: ProviderOperationsSubject) => Promise<void>;

/** What clients may want of an operation, whatever it does. */
const FEATURES: Partial<Readonly<Record<ConformanceFeature, Trial>>> = {
  async answers(operation, model, { started }) {
    const { call, check } = OPERATION_TESTS[operation];
    const answer = await started().gateway.send(await call(model));
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    check(answer);
  },
  async ledger(operation, model, { started, emulator }) {
    emulator.reset();
    const { gateway } = started();
    const answer = await gateway.send(await OPERATION_TESTS[operation].call(model));
    const logged = await loggedRequest(gateway, String(answer.headers['x-request-id']));
    const [row] = emulator.bill();
    expect(logged).toMatchObject({ status: 'success', estimated: false });
    expect(logged).toMatchObject({
      prompt_tokens: row?.promptTokens,
      completion_tokens: row?.completionTokens,
      units: row?.units ?? {},
    });
  },
  async 'error classes'(operation, model, { started }) {
    const seen: number[] = [];
    for (const status of [400, 401, 404, 429, 500, 503]) {
      seen.push(
        (await started().gateway.send(await OPERATION_TESTS[operation].call(`${model}+status-${status}`))).status,
      );
    }
    expect(seen).toEqual([400, 502, 404, 429, 502, 503]);
  },
};

/** Proves of each operation that it works, what it costs and how it fails. */
export function describeProviderOperations(name: string, subject: ProviderOperationsSubject): void {
  const { provider, models, only = Object.keys(FEATURES), uncounted = [] } = subject;
  const operations = Object.entries(models) as [Operation, string][];
  const features = Object.entries(FEATURES) as [ConformanceFeature, Trial][];
  describe(`${name} besides chat`, () => {
    for (const [operation, model] of operations) {
      for (const [feature, trial] of features) {
        if (!only.includes(feature) || (feature === 'ledger' && uncounted.includes(operation))) continue;
        // Counting is free, and where the provider fails the gateway counts itself.
        if (feature !== 'answers' && operation.endsWith('count-tokens')) continue;
        it(`B3 ${proves({ provider, endpoint: operation, feature })}`, () => trial(operation, model, subject));
      }
    }
  });
}
