import type { Deployment } from '@gateway/domain';

/** A deployment of the emulated OpenAI; name what your test is about. */
export function aDeployment(overrides: Partial<Deployment> = {}): Deployment {
  return {
    id: 'mock-gpt-1',
    modelGroup: 'mock-gpt',
    provider: 'openai',
    providerModel: 'mock-gpt',
    pool: 'openai',
    apiBase: 'http://127.0.0.1:9/v1',
    apiKey: 'test-key',
    ...overrides,
  };
}
