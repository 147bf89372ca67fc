import { findTopLevelSpans } from '@gateway/wire-formats';
import fc from 'fast-check';
import { spliceInsteadOfModel } from './splice-instead-of-model';

const MEMBER = { name: 'anthropic_version', value: 'v' };

function splice(text: string): string | null {
  const body = Buffer.from(text);
  const { model } = findTopLevelSpans(body) ?? {};
  if (!model) throw new Error('the body has no model');
  const spliced = spliceInsteadOfModel(body, { model }, MEMBER);
  return spliced === null ? null : Buffer.from(spliced).toString('utf8');
}

describe('B3 a member in the place of the model', () => {
  it.each([
    ['{"model":"m","x":1}', '{"anthropic_version":"v","x":1}'],
    ['{ "x" : 1 , "model" \n:\t"m" }', '{ "x" : 1 , "anthropic_version":"v" }'],
    ['{"x":{"model":"inner"},"model":"m"}', '{"x":{"model":"inner"},"anthropic_version":"v"}'],
  ])('%s → %s', (text, expected) => {
    expect(splice(text)).toBe(expected);
  });

  it.each(['{"mod\\u0065l":"m"}', '{"model":"m","anthropic_version":"theirs"}'])('%s needs parsing', (text) => {
    expect(splice(text)).toBeNull();
  });

  it('is what parsing and writing would give, for any other members around it', () => {
    const others = fc.dictionary(
      fc.string().filter((name) => name !== 'model' && name !== '__proto__'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(others, others, fc.string(), (before, after, model) => {
        const whole = JSON.stringify({ ...before, model, ...after });
        const { model: _model, ...expected } = JSON.parse(whole) as Record<string, unknown>;
        const spliced = splice(whole);
        if (spliced !== null) expect(JSON.parse(spliced)).toEqual({ ...expected, anthropic_version: 'v' });
      }),
    );
  });
});
