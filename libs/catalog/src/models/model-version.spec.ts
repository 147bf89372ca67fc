import { isOfVersion, versionOf } from './model-version';

describe('A11 the version of a model', () => {
  it.each([
    ['gpt-4o-2024-08-06', '2024-08-06'],
    ['claude-sonnet-4-5-20250929', '20250929'],
    ['claude-3-5-sonnet@20240620', '20240620'],
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', '20240620'],
    ['gpt-4-0613', '0613'],
    ['gemini-2.0-flash-001', '001'],
  ])('of %s is %s', (model, version) => {
    expect(versionOf(model)).toBe(version);
    expect(isOfVersion(model, version)).toBe(true);
    expect(isOfVersion(model, model)).toBe(true);
  });

  it.each(['gpt-4o', 'mock-gpt', 'llama-3.3-70b-versatile'])('is the whole name of %s', (model) => {
    expect(versionOf(model)).toBe(model);
    expect(isOfVersion(model, model)).toBe(true);
  });

  it.each([
    ['gpt-4o-mini', 'mini'],
    ['gpt-4o-2024-08-06', '08'.repeat(2)],
    ['gpt-4o-2024-08-06', '4-08-06'],
    ['gpt-4o-2024-08-06', '2024-05-13'],
    ['gpt-4o', 'gpt'],
  ])('of %s is not %s', (model, version) => {
    expect(isOfVersion(model, version)).toBe(false);
  });
});
