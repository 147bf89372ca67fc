import { CHAT_WIRE_CODECS, findTopLevelSpans } from '@gateway/wire-formats';
import { prepareChatBody } from './prepare-chat-body';

function prepare(text: string, deployment: object = {}): string {
  const body = Buffer.from(text);
  const prepared = prepareChatBody({
    clientWire: 'openai-responses',
    body,
    spans: findTopLevelSpans(body),
    stream: true,
    adapter: { wire: 'openai-responses', quirks: null },
    providerModel: 'theirs',
    deployment,
    codecs: CHAT_WIRE_CODECS,
  });
  expect(prepared).toMatchObject({ translated: false, dropped: [] });
  return Buffer.from(prepared.body).toString();
}

describe('A5 a Responses body for a provider that speaks Responses', () => {
  it.each([
    ['{"model":"m","n":1.0}', '{"store":false,"model":"theirs","n":1.0}'],
    ['{ "model" : "m", "store":true }', '{ "model" : "theirs", "store":false }'],
    ['{"store":false,"model":"m"}', '{"store":false,"model":"theirs"}'],
    [
      '{"model":"m","\\u0073tore":null,"input":"\\"store\\":true"}',
      '{"model":"theirs","\\u0073tore":false,"input":"\\"store\\":true"}',
    ],
  ])('%s becomes %s', (given, sent) => {
    expect(prepare(given)).toBe(sent);
  });

  it('has no reasoning that another provider sealed, and all else', () => {
    const theirs = { type: 'reasoning', summary: [], encrypted_content: 'gAAA' };
    const sealed = { type: 'reasoning', summary: [], encrypted_content: 'gateway.signature.x' };
    const user = { role: 'user', content: '"gateway.' };
    expect(JSON.parse(prepare(JSON.stringify({ model: 'm', input: [user, sealed, theirs] })))).toEqual({
      model: 'theirs',
      input: [user, theirs],
      store: false,
    });
  });

  it('has the ids of calls without what another provider signed into them', () => {
    const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' });
    const result = (id: string) => ({ type: 'function_call_output', call_id: id, output: 'o' });
    const signed = 'call_1__thought__QUJD';
    expect(JSON.parse(prepare(JSON.stringify({ model: 'm', input: [call(signed), result(signed)] })))).toMatchObject({
      input: [call('call_1'), result('call_1')],
    });
  });

  it('has configured settings by its own names, and only those it knows', () => {
    const deployment = {
      defaultParams: { max_completion_tokens: 9, reasoning_effort: 'low', stop: ['x'], seed: 1, temperature: 0.5 },
      extraBody: { store: true },
    };
    expect(JSON.parse(prepare('{"model":"m","temperature":1}', deployment))).toEqual({
      model: 'theirs',
      temperature: 1,
      max_output_tokens: 9,
      reasoning: { effort: 'low' },
      store: true,
    });
    expect(
      JSON.parse(prepare('{"model":"m","max_output_tokens":3,"reasoning":{"summary":"auto"}}', deployment)),
    ).toMatchObject({
      max_output_tokens: 3,
      reasoning: { summary: 'auto' },
    });
  });
});
