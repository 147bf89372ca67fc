import { MASTER_PRINCIPAL } from '@gateway/domain';
import { mayUseModel } from './may-use-model';

const withModels = (...allowedModels: string[]) => ({ keyHash: 'h', isMaster: false, allowedModels });

describe('mayUseModel', () => {
  it.each([
    [withModels(), 'any', true],
    [withModels('gpt'), 'gpt', true],
    [withModels('gpt'), 'gpt-4', false],
    [withModels('openai/*'), 'openai/gpt-4', true],
    [withModels('openai/*'), 'anthropic/claude', false],
    [withModels('a', 'b*'), 'bc', true],
    [{ ...MASTER_PRINCIPAL, allowedModels: ['x'] }, 'any', true],
  ])('E4 %j may use %s: %s', (principal, model, expected) => {
    expect(mayUseModel(principal, model)).toBe(expected);
  });
});
