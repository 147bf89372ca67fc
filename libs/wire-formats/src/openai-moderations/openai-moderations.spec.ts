import { isMalformedResponse } from '../malformed-response';
import { openaiModerationsCodec } from './codec';
import { relayModerations } from './relay-answer';

const IMAGE = { type: 'image_url', image_url: { url: 'https://x.example/a.png' } };

describe('moderations request', () => {
  it.each([
    [{}, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: ['a', 5] }, 'input[1]'],
    [{ input: [{ type: 'text' }] }, 'input[0].text'],
    [{ input: [{ type: 'image_url', image_url: {} }] }, 'input[0].image_url.url'],
    [{ input: 'a', model: 5 }, 'model'],
    [{ input: 'a', model: '' }, 'model'],
  ])('A5 %j is refused with its field', (body, param) => {
    const check = openaiModerationsCodec.validateRequest(body);
    expect(check).toMatchObject({ ok: false, error: { code: 'invalid_request', param } });
  });

  it.each([
    [{ input: 'a', model: 'm' }, 'm', false],
    [{ input: ['a', 'b'], model: null }, '', false],
    [{ input: [{ type: 'text', text: 'a' }, IMAGE] }, '', true],
  ])('A5 %j is taken', (body, model, images) => {
    expect(openaiModerationsCodec.validateRequest(body)).toMatchObject({ ok: true, model, images, stream: false });
  });
});

describe('moderations answer', () => {
  it('A5 keeps its bytes but for the name', () => {
    const answer =
      '{ "id":"1", "model": "theirs","results":[ {"flagged":false, "categories":{"a/b":false}, "x":1.0} ] }';
    const { bytes, usage } = relayModerations(Buffer.from(answer), { model: 'ours' });
    expect(Buffer.from(bytes).toString()).toBe(answer.replace('theirs', 'ours'));
    expect(usage).toBeNull();
  });

  it.each([
    [{ a: false, b: true }, true],
    [{ a: false, b: false }, false],
  ])('A5 of a provider that leaves the verdict to the reader (%j) has one', (categories, flagged) => {
    const theirs = {
      id: '1',
      model: 'm',
      results: [{ categories, category_scores: { a: 0.1 } }],
      usage: { prompt_tokens: 3 },
    };
    const { bytes, usage } = relayModerations(Buffer.from(JSON.stringify(theirs)), { model: 'm' });
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({
      ...theirs,
      results: [{ ...theirs.results[0], flagged }],
    });
    expect(usage).toMatchObject({ promptTokens: 3 });
  });

  it.each(['no json', '[]', '{}', '{"results":[1]}', '{"results":[{"flagged":true}]}'])(
    'B7 %s is no answer',
    (text) => {
      let thrown: unknown;
      try {
        relayModerations(Buffer.from(text), { model: 'm' });
      } catch (error) {
        thrown = error;
      }
      expect(isMalformedResponse(thrown)).toBe(true);
    },
  );
});
