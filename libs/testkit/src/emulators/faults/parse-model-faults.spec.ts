import { parseModelFaults } from './parse-model-faults';

describe('faults in a model name', () => {
  test.each([
    ['mock-gpt', {}],
    ['mock-gpt+status-500+headers-200ms', { status: 500, headerDelayMs: 200 }],
    [
      'mock-gpt+status-429+retry-after-2s+code-insufficient_quota',
      { status: 429, retryAfterS: 2, errorCode: 'insufficient_quota' },
    ],
    ['mock-gpt+retry-after-1.5s+chunks-10ms', { retryAfterS: 1.5, chunkDelayMs: 10 }],
    ['mock-gpt+cut-after-0', { cutAfterChunks: 0 }],
    ['mock-gpt+malformed-after-1', { malformedAfterChunks: 1 }],
    ['mock-gpt+hang-after-2', { hangAfterChunks: 2 }],
    ['mock-gpt+error-after-3', { errorEventAfterChunks: 3 }],
    ['mock-gpt+never-respond', { neverRespond: true }],
    ['mock-gpt+close-before-headers', { closeBeforeHeaders: true }],
    ['mock-gpt+empty-body', { emptyBody: true }],
    ['mock-gpt+wrong-content-type', { wrongContentType: true }],
    ['mock-gpt+truncate', { truncateWithoutFinish: true }],
    ['mock-gpt+tokens-40+reasoning-5', { answerTokens: 40, reasoningTokens: 5 }],
    ['mock-gpt+cached-6+cache-write-2', { cachedTokens: 6, cacheWriteTokens: 2 }],
    ['mock-gpt+finish-content_filter', { finishReason: 'content_filter' }],
  ])('%s', (name, fault) => {
    expect(parseModelFaults(name)).toEqual({ model: 'mock-gpt', fault });
  });

  test('times-N is about how often, not a fault', () => {
    expect(parseModelFaults('m+status-503+times-2')).toEqual({ model: 'm', fault: { status: 503 }, times: 2 });
  });

  test.each(['status-200', 'status', 'stauts-500', 'headers-200', 'tokens-many', 'never', ''])(
    'refuses the suffix "%s"',
    (suffix) => {
      expect(parseModelFaults(`mock-gpt+${suffix}`).unknownSuffix).toBe(suffix);
    },
  );
});
