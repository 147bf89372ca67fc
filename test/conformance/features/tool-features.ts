import type { ConformanceFeature } from '@gateway/provider-kit/conformance';
import type { ChatQuestion } from '../chat-question';
import { type ChatFeatureTest, type ChatTrial, plainQuestion } from '../chat-trial';

const ARGUMENTS = { city: expect.stringMatching(/./), days: expect.any(Number) };

/** The emulators call the tools that follow the word "use". */
const useWeather = (trial: ChatTrial): ChatQuestion => ({
  ...plainQuestion(trial),
  text: 'Please use get_weather for Lima',
  tools: ['get_weather'],
});
const useBoth = (trial: ChatTrial): ChatQuestion => ({
  ...plainQuestion(trial),
  text: 'Please use get_weather and use get_time',
  tools: ['get_weather', 'get_time'],
});
const withTools = (trial: ChatTrial, toolChoice: ChatQuestion['toolChoice']): ChatQuestion => ({
  ...plainQuestion(trial),
  tools: ['get_weather', 'get_time'],
  toolChoice,
});

/** A call, and the answer to its result; asked and read whole or in parts. */
async function callAndReturn(trial: ChatTrial, way: 'ask' | 'stream'): Promise<void> {
  const question = useWeather(trial);
  const answer = await trial.client[way](question);
  expect(answer).toMatchObject({ finish: 'tool-calls', calls: [{ name: 'get_weather', arguments: ARGUMENTS }] });
  const next = { ...question, called: { question, answer, result: 'Drizzle' } };
  const after = await trial.client[way](next);
  expect(after).toMatchObject({ finish: 'stop', calls: [] });
  expect(after.texts[0]).toContain('get_weather answered: Drizzle');
}

export const TOOL_FEATURES = {
  tools: { question: useWeather, check: (trial) => callAndReturn(trial, 'ask') },
  'streamed tools': { question: useWeather, check: (trial) => callAndReturn(trial, 'stream') },
  'parallel tools': {
    question: useBoth,
    async check(trial) {
      for (const way of ['ask', 'stream'] as const) {
        const { calls } = await trial.client[way](useBoth(trial));
        expect(calls.map(({ name }) => name)).toEqual(['get_weather', 'get_time']);
        expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      }
    },
  },
  'forced tool': {
    question: (trial) => withTools(trial, 'required'),
    async check(trial) {
      expect((await trial.client.ask(withTools(trial, 'required'))).calls).toHaveLength(1);
      expect((await trial.client.ask(withTools(trial, undefined))).calls).toEqual([]);
    },
  },
  'named tool': {
    question: (trial) => withTools(trial, { name: 'get_time' }),
    async check(trial) {
      const { calls } = await trial.client.ask(withTools(trial, { name: 'get_time' }));
      expect(calls.map(({ name }) => name)).toEqual(['get_time']);
    },
  },
  'no tool': {
    question: (trial) => ({ ...useBoth(trial), toolChoice: 'none' }),
    async check(trial) {
      expect((await trial.client.ask({ ...useBoth(trial), toolChoice: 'none' })).calls).toEqual([]);
    },
  },
} as const satisfies Partial<Record<ConformanceFeature, ChatFeatureTest>>;
