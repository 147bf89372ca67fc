import type { Deployment } from '@gateway/domain';
import { describeGoogleModel } from './describe-google-model';

const deployment = (provider: string, providerModel: string, more: Partial<Deployment> = {}): Deployment =>
  ({ id: 'd', modelGroup: 'g', provider, providerModel, weight: 1, ...more }) as Deployment;
const methodsOf = (...deployments: readonly Deployment[]) =>
  describeGoogleModel('g', deployments).supportedGenerationMethods;

describe('B3 a model for Google’s clients', () => {
  it('has its limits where they are known, and its name as a resource', () => {
    const limits = { maxInputTokens: 100, maxOutputTokens: 10 };
    expect(describeGoogleModel('a/b', [deployment('openai', 'gpt', limits)])).toEqual({
      name: 'models/a/b',
      version: '',
      displayName: 'a/b',
      inputTokenLimit: 100,
      outputTokenLimit: 10,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
    });
    expect(describeGoogleModel('a', [deployment('openai', 'gpt')])).not.toHaveProperty('inputTokenLimit');
  });

  it('says what one can do with it', () => {
    const EMBED = ['embedContent', 'batchEmbedContents'];
    expect(methodsOf(deployment('anthropic', 'claude'))).toEqual(['generateContent', 'countTokens']);
    expect(methodsOf(deployment('gemini', 'gemini-embedding-001'))).toEqual(EMBED);
    expect(methodsOf(deployment('openai', 'text-embedding-3-small'))).toEqual(EMBED);
    expect(methodsOf(deployment('anthropic', 'embed-nothing'))).toEqual([]);
    expect(methodsOf(deployment('openai', 'whisper-1'))).toEqual([]);
    expect(methodsOf()).toEqual([]);
  });
});
