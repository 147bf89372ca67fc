import type { ConformanceFeature } from '@gateway/provider-kit/conformance';
import { eventually } from '@gateway/testkit';
import { loggedRequest } from '../../support/spend-logs';
import type { ChatFailure, ChatQuestion } from '../chat-question';
import { type ChatFeatureTest, type ChatTrial, plainQuestion } from '../chat-trial';

/** What the provider answers → what our client's status is. */
const STATUSES = [
  [400, 400],
  [401, 502],
  [404, 404],
  [429, 429],
  [500, 502],
  [503, 503],
] as const;

const BREAKS = ['cut-after-3', 'truncate', 'error-after-3', 'malformed-after-3'];

const faulty = (trial: ChatTrial, fault: string): ChatQuestion => ({
  ...plainQuestion({ model: `${trial.model}+${fault}` }),
  text: 'Please write 40 tokens',
});

export async function failureOf({ client }: ChatTrial, asking: Promise<unknown>): Promise<ChatFailure> {
  const error = await asking.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  return client.failure(error);
}

export const FAILURE_FEATURES = {
  'error classes': {
    question: plainQuestion,
    async check(trial) {
      for (const [theirs, ours] of STATUSES) {
        for (const way of ['ask', 'stream'] as const) {
          const fault = `status-${theirs}${theirs === 429 ? '+retry-after-7s' : ''}`;
          const { status, code } = await failureOf(trial, trial.client[way](faulty(trial, fault)));
          const word =
            theirs === 401 && trial.client.codes[502] === 'provider_error'
              ? 'provider_auth_failed'
              : trial.client.codes[ours];
          expect([theirs, status, code]).toEqual([theirs, ours, word]);
          if (theirs === 429) expect(trial.lastHeader('retry-after')).toBe('7');
        }
      }
      expect(await failureOf(trial, trial.client.ask(faulty(trial, 'malformed-after-0')))).toMatchObject({
        status: 502,
      });
    },
  },
  'broken streams': {
    question: plainQuestion,
    async check(trial) {
      for (const fault of BREAKS) {
        const reading = trial.client.stream(faulty(trial, fault));
        await expect(reading).rejects.toThrow();
      }
    },
  },
  cancelling: {
    question: plainQuestion,
    async check(trial) {
      trial.emulator.reset();
      const leaving = new AbortController();
      let parts = 0;
      const reading = trial.client.stream(
        { ...faulty(trial, 'tokens-5000+chunks-20ms'), maxTokens: 100_000 },
        { signal: leaving.signal, onPart: () => ++parts > 6 && leaving.abort() },
      );
      await expect(reading).rejects.toThrow();
      await eventually(
        'the provider to see its client leave',
        () => trial.emulator.bill()[0]?.cancelledByClient || undefined,
      );
      const row = await loggedRequest(trial.gateway, trial.lastHeader('x-request-id') ?? '');
      expect(row.status).toBe('cancelled');
    },
  },
} as const satisfies Partial<Record<ConformanceFeature, ChatFeatureTest>>;
