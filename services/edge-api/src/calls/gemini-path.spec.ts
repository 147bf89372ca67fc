import fc from 'fast-check';
import { routeAt } from './client-routes';
import { matchGeminiPath } from './gemini-path';

describe('B3 paths of Google’s clients', () => {
  it.each([
    ['/v1beta/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro'],
    ['/v1/models/openai/gpt-4o:generateContent', 'openai/gpt-4o'],
    ['/models/openai%2Fgpt-4o:generateContent', 'openai/gpt-4o'],
    ['/v1beta/models/ollama/llama3:8b:generateContent', 'ollama/llama3:8b'],
    ['/v1beta/models/100%:generateContent', '100%'],
  ])('%s calls %s', (path, model) => {
    expect(matchGeminiPath(path, '')?.called).toEqual({ model, stream: false });
  });

  it('any name of a model arrives as it was, encoded or not', () => {
    const name = fc.stringMatching(/^[\w./:@+-]{1,30}$/);
    fc.assert(
      fc.property(name, fc.boolean(), (model, encoded) => {
        const written = encoded ? encodeURIComponent(model) : model;
        expect(matchGeminiPath(`/v1beta/models/${written}:generateContent`, '')?.called?.model).toBe(model);
      }),
    );
  });

  it.each([
    ['alt=sse', undefined],
    ['', true],
    ['alt=json', true],
  ])('streams with %p as an array: %s', (query, asArray) => {
    const route = matchGeminiPath('/v1beta/models/m:streamGenerateContent', query);
    expect([route?.called?.stream, route?.asArray]).toEqual([true, asArray]);
  });

  it('a key in the query goes to nobody but the authenticator', () => {
    const route = routeAt('/v1beta/models/m:generateContent?key=sk-secret&alt=sse');
    expect(route?.queryKey).toBe('sk-secret');
    const { queryKey, codec, ...shown } = route ?? {};
    expect(shown).toEqual({
      wire: 'gemini-generate',
      template: '/v1beta/models/{model}:generateContent',
      called: { model: 'm', stream: false },
    });
    // Elsewhere a query means nothing.
    expect(routeAt('/v1/chat/completions?key=sk-secret')).not.toHaveProperty('queryKey');
  });

  it.each([
    '/v1beta/models',
    '/v1beta/models/m',
    '/v1beta/models/m:predict',
    '/v2/models/m:generateContent',
    '/models/:generateContent',
  ])('%s is not one of them', (path) => {
    expect(routeAt(path)).toBeUndefined();
  });
});
