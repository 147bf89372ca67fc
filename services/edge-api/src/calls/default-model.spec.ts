import { ModelCatalog } from '@gateway/catalog';
import { MASTER_PRINCIPAL, type Principal } from '@gateway/domain';
import { aDeployment } from '@gateway/testkit';
import { defaultModel } from './default-model';

const group = (modelGroup: string, provider: string, providerModel: string) =>
  aDeployment({ id: modelGroup, modelGroup, provider, providerModel });
const catalogOf = (...deployments: ReturnType<typeof group>[]) => new ModelCatalog({ deployments, aliases: {} });

describe('A5 the model of a moderations call without one', () => {
  it.each([
    [
      'the one OpenAI would take, where it is configured',
      [
        group('own', 'openai', 'text-moderation-stable'),
        group('omni-moderation-latest', 'openai', 'omni-moderation-latest'),
      ],
      'omni-moderation-latest',
    ],
    ['the same behind a wildcard', [group('*', 'openai', '*')], 'omni-moderation-latest'],
    [
      'else the first that is made for it',
      [group('chat', 'openai', 'gpt-4o'), group('guard', 'mistral', 'mistral-moderation-latest')],
      'guard',
    ],
    ['none where no provider has moderations', [group('m', 'anthropic', 'claude-moderation')], null],
    ['none where no model is made for it', [group('chat', 'openai', 'gpt-4o')], null],
  ])('is %s', (_title, deployments, model) => {
    expect(defaultModel('moderations', catalogOf(...deployments), MASTER_PRINCIPAL)).toBe(model);
  });

  it('is one the caller may use', () => {
    const catalog = catalogOf(
      group('a', 'openai', 'omni-moderation-latest'),
      group('b', 'openai', 'omni-moderation-latest'),
    );
    const principal: Principal = { ...MASTER_PRINCIPAL, isMaster: false, allowedModels: ['b'] };
    expect(defaultModel('moderations', catalog, principal)).toBe('b');
  });

  it('is nobody’s business on other wires', () => {
    expect(defaultModel('embeddings', catalogOf(group('*', 'openai', '*')), MASTER_PRINCIPAL)).toBeNull();
  });
});
