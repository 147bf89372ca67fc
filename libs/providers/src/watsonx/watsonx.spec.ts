import { fixedToken, type ProviderTarget } from '@gateway/provider-kit';
import { describeChatAdapter } from '@gateway/provider-kit/conformance';
import { WATSONX_CHAT_ADAPTER } from './watsonx-chat';
import { WATSONX_EMBEDDINGS } from './watsonx-embeddings';
import { locateWatsonx } from './watsonx-location';
import { WATSONX_RERANK } from './watsonx-rerank';
import { WATSONX_SIGN_IN } from './watsonx-sign-in';

const HOST = 'https://us-south.ml.cloud.ibm.com';

/** A key is traded for tokens before a call is built. */
function target({ apiKey, ...overrides }: Partial<ProviderTarget> = {}): ProviderTarget {
  return { baseUrl: HOST, apiKey: null, extraHeaders: {}, ...overrides, ...(apiKey && { token: fixedToken(apiKey) }) };
}

describeChatAdapter('B2 watsonx', {
  adapter: WATSONX_CHAT_ADAPTER,
  makeTarget: target,
  emulate: ({ path, headers }, key) => {
    const { pathname, searchParams } = new URL(path, HOST);
    const error = (status: number, code: string, message: string) => ({
      status,
      headers: {},
      body: JSON.stringify({ errors: [{ code, message }], trace: 't', status_code: status }),
    });
    if (pathname !== '/ml/v1/text/chat' || !searchParams.has('version')) return error(404, 'not_found', 'no such path');
    if (headers.authorization === `Bearer ${key}`) return { status: 200, headers: {}, body: '{}' };
    return error(401, 'authentication_token_expired', `a wrong token: ${headers.authorization}`);
  },
});

const call = (overrides: Partial<ProviderTarget>, { model = 'granite', stream = false } = {}) =>
  WATSONX_CHAT_ADAPTER.buildChatCall(target(overrides), Buffer.from('{"model_id":"granite"}'), {
    providerModel: model,
    stream,
  });

describe('B2 a call of watsonx.ai', () => {
  it.each([
    [{}, {}, '/ml/v1/text/chat?version=2024-05-31'],
    [{}, { stream: true }, '/ml/v1/text/chat_stream?version=2024-05-31'],
    [{ apiVersion: '2025-02-11' }, {}, '/ml/v1/text/chat?version=2025-02-11'],
    [{ baseUrl: `${HOST}/ml/v1/?version=2023-05-29` }, {}, '/ml/v1/text/chat?version=2023-05-29'],
    [{}, { model: 'deployment/a/b' }, '/ml/v1/deployments/a%2Fb/text/chat?version=2024-05-31'],
  ])('%j %j goes to %s', (overrides, what, path) => {
    expect(call(overrides, what).path).toBe(path);
  });

  it('says whose project or space pays, but for a deployment’s', () => {
    const bodyOf = (...args: Parameters<typeof call>) => JSON.parse(Buffer.from(call(...args).body ?? []).toString());
    expect(bodyOf({ project: 'p', space: 's' })).toEqual({ project_id: 'p', model_id: 'granite' });
    expect(bodyOf({ space: 's' })).toEqual({ space_id: 's', model_id: 'granite' });
    expect(bodyOf({ project: 'p' }, { model: 'deployment/d' })).toEqual({ model_id: 'granite' });
  });

  it('sends a key of Cloud Pak for Data under its own scheme', () => {
    expect(call({ token: fixedToken('ZenApiKey dXNlcjprZXk=') }).headers.authorization).toBe('ZenApiKey dXNlcjprZXk=');
  });

  it('embeds and reranks with the project in the body', () => {
    const prepare = (adapter: typeof WATSONX_RERANK, body: object) => {
      const input = { body: Buffer.from(JSON.stringify(body)), requestedModel: 'r', providerModel: 'm', stream: false };
      const prepared = adapter.prepare(target({ project: 'p' }), { ...input, deployment: {} });
      return [prepared.call.path, JSON.parse(Buffer.from(prepared.call.body ?? []).toString())];
    };
    expect(prepare(WATSONX_EMBEDDINGS, { model: 'r', input: ['a', 'b'], truncate_input_tokens: 5 })).toEqual([
      '/ml/v1/text/embeddings?version=2024-05-31',
      { model_id: 'm', project_id: 'p', inputs: ['a', 'b'], parameters: { truncate_input_tokens: 5 } },
    ]);
    expect(prepare(WATSONX_RERANK, { model: 'r', query: 'q', documents: ['a', { text: 'b' }], top_n: 1 })).toEqual([
      '/ml/v1/text/rerank?version=2024-05-31',
      {
        model_id: 'm',
        project_id: 'p',
        query: 'q',
        inputs: [{ text: 'a' }, { text: 'b' }],
        parameters: { return_options: { top_n: 1 } },
      },
    ]);
  });

  it.each([{ dimensions: 5 }, { input: [1, 2] }, { input_type: 'x' }])('refuses to embed with %j', (more) => {
    const body = Buffer.from(JSON.stringify({ model: 'r', input: 'a', ...more }));
    const input = { body, requestedModel: 'r', providerModel: 'm', stream: false, deployment: {} };
    expect(() => WATSONX_EMBEDDINGS.prepare(target(), input)).toThrow(Object.keys(more)[0]);
  });

  it('takes an answer without one vector for each input for none', () => {
    const input = { requestedModel: 'r', providerModel: 'm', stream: false, deployment: {} };
    const body = Buffer.from('{"model":"r","input":["a","b"]}');
    const { reader } = WATSONX_EMBEDDINGS.prepare(target(), { ...input, body });
    reader.push(Buffer.from('{"results":[{"embedding":[1]}],"input_token_count":2}'));
    expect(() => reader.end()).toThrow('one embedding for each');
  });
});

describe('B5 watsonx.ai’s sign-in', () => {
  const choose = (own: Record<string, string>, shared: Record<string, string> = {}) =>
    WATSONX_SIGN_IN.choose({ own, shared });

  it('is a token or a key of Cloud Pak for Data, the deployment’s own before the environment’s', () => {
    expect(choose({ token: 'mine' }, { token: 'theirs' })).toEqual({ type: 'token', token: 'mine' });
    expect(choose({ zen_api_key: 'zen' }, { token: 'theirs' })).toEqual({ type: 'token', token: 'ZenApiKey zen' });
    expect(choose({}, { token: 'theirs' })).toEqual({ type: 'token', token: 'theirs' });
    expect(choose({ project_id: 'p' })).toEqual({ type: 'none' });
    expect(choose({ token: 'a\nb' })).toEqual({ type: 'unusable', reason: 'token is no header’s text' });
  });

  it('trades a key for tokens at IAM, or where the environment says', () => {
    const traded = (shared: Record<string, string>) => WATSONX_SIGN_IN.tradeKey?.('a key&', { own: {}, shared });
    const grant = traded({});
    if (grant?.type !== 'grant') throw new Error('no grant');
    expect(grant.grant.call).toMatchObject({ origin: 'https://iam.cloud.ibm.com', path: '/identity/token' });
    expect(Buffer.from(grant.grant.call.body ?? []).toString()).toBe(
      'grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=a+key%26',
    );
    expect(traded({ iam_url: 'http://127.0.0.1:5/identity/token' })).toMatchObject({
      grant: { call: { origin: 'http://127.0.0.1:5' } },
    });
    expect(traded({ iam_url: 'nowhere' })).toMatchObject({ type: 'unusable' });
    const refused = JSON.stringify({
      errorCode: 'BXNIM0415E',
      errorMessage: 'Provided API key hush could not be found.',
    });
    expect(() => grant.grant.read({ status: 400, headers: {} }, refused, 0)).toThrow(/^status 400, BXNIM0415E$/);
  });

  it('finds the project, else the space, and the host of a region', () => {
    const locate = (own: Record<string, string>, shared: Record<string, string> = {}, providerModel = 'm') =>
      locateWatsonx({ own, shared, providerModel });
    expect(locate({ project_id: 'p' }, { space_id: 's' })).toEqual({ project: 'p', defaultBaseUrl: null });
    expect(locate({ space_id: 's' }, { project_id: 'p' })).toEqual({ space: 's', defaultBaseUrl: null });
    expect(locate({}, { wx_project_id: 'p', wx_region: 'eu-de' })).toEqual({
      project: 'p',
      region: 'eu-de',
      defaultBaseUrl: 'https://eu-de.ml.cloud.ibm.com',
    });
    expect(locate({ project_id: 'p', watsonx_region_name: 'x.evil.example/' })).toHaveProperty('unusable');
    expect(locate({})).toEqual({ unusable: expect.stringContaining('WATSONX_PROJECT_ID') });
    expect(locate({}, {}, 'deployment/d')).toEqual({ space: undefined, defaultBaseUrl: null });
  });
});
