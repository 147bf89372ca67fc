import { nearestName } from './nearest-name';

describe('nearestName', () => {
  const names = ['api_base', 'api_key', 'timeout', 'gpt-4o', 'gpt-4o-mini'];

  it.each([
    ['api_bse', 'api_base'],
    ['apibase', 'api_base'],
    ['api_kye', 'api_key'],
    ['API_KEY', 'api_key'],
    ['timeotu', 'timeout'],
    ['gpt-4o-mni', 'gpt-4o-mini'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearestName(typed, names)).toBe(meant);
  });

  it('suggests nothing when nothing is near', () => {
    expect(nearestName('temperature', names)).toBeNull();
    expect(nearestName('', names)).toBeNull();
    expect(nearestName('x'.repeat(100_000), ['x'.repeat(100_000)])).toBeNull();
  });

  it('prefers the nearer of two', () => {
    expect(nearestName('gpt-4o-', ['gpt-4o-mini', 'gpt-4o'])).toBe('gpt-4o');
  });
});
