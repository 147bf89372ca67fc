// B7: IBM's own client, `@ibm-cloud/watsonx-ai`, against the emulator. Real: HTTP on loopback, the client, its IAM sign-in.
import { WatsonXAI } from '@ibm-cloud/watsonx-ai';
import { IamAuthenticator } from 'ibm-cloud-sdk-core';
import { OpenAiEmulator } from '../openai/openai-emulator';
import { WatsonxEmulator } from './watsonx-emulator';

const emulator = new WatsonxEmulator({ rejectUnknownFields: true });
let client: WatsonXAI;
let origin: string;

const clientWith = (apikey: string) =>
  WatsonXAI.newInstance({
    serviceUrl: origin,
    version: '2024-05-31',
    authenticator: new IamAuthenticator({ apikey, url: origin }),
  });

beforeAll(async () => {
  origin = await emulator.start();
  client = clientWith('some-key');
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const projectId = '63dc4cf1-252f-424b-b52d-5cdd9814987f';
const ask = (content: string, modelId = 'mock-granite') => ({
  modelId,
  projectId,
  messages: [{ role: 'user' as const, content }],
});
const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const modelCalls = () => emulator.requests().filter(({ path }) => path.startsWith('/ml/'));

describe('B7 IBM’s client accepts the emulator', () => {
  test('textChat: one token for several calls, and the usage is what was billed', async () => {
    const { result } = await client.textChat(ask('Tell me about rivers'));
    const again = await client.textChat(ask('Tell me about rivers'));
    expect(result.choices[0]?.message?.content).toMatch(/^You said: Tell me about rivers\./);
    expect(again.result.choices[0]?.message?.content).toBe(result.choices[0]?.message?.content);
    expect(new Set(modelCalls().map(({ headers }) => headers.authorization)).size).toBe(1);
    expect(emulator.bill()[0]).toMatchObject({
      id: result.id,
      promptTokens: result.usage?.prompt_tokens,
      completionTokens: result.usage?.completion_tokens,
      completed: true,
    });
  });

  test('says the same as the OpenAI emulator, for as many tokens', async () => {
    const other = new OpenAiEmulator();
    const url = `${await other.start()}/v1/chat/completions`;
    const messages = [{ role: 'user', content: 'please use get_weather' }];
    const body = JSON.stringify({ model: 'mock-gpt', messages, tools: [WEATHER] });
    await fetch(url, { method: 'POST', headers: { authorization: 'Bearer key' }, body });
    await client.textChat({ ...ask('please use get_weather'), tools: [WEATHER] });
    const [theirs, ours] = [other.bill()[0], emulator.bill()[0]];
    await other.stop();
    expect([ours?.promptTokens, ours?.completionTokens]).toEqual([theirs?.promptTokens, theirs?.completionTokens]);
  });

  test('textChatStream: a token an event, usage unasked, and the same as the whole answer', async () => {
    const texts: string[] = [];
    let tokens: number | undefined;
    const stream = await client.textChatStream({ ...ask('Please write 9 tokens'), returnObject: true });
    for await (const { data } of stream) {
      texts.push(data.choices?.[0]?.delta?.content ?? '');
      tokens = data.usage?.completion_tokens ?? tokens;
    }
    const { result } = await client.textChat(ask('Please write 9 tokens'));
    expect(texts.join('')).toBe(result.choices[0]?.message?.content);
    expect(texts.filter((text) => text !== '')).toHaveLength(9);
    expect([tokens, emulator.bill()[0]?.completionTokens]).toEqual([9, 9]);
  });

  test('calls tools, by choice and by name, and takes their results', async () => {
    const asked = { ...ask('hello'), tools: [WEATHER] };
    const { result } = await client.textChat({ ...asked, toolChoiceOption: 'required' });
    const named = await client.textChat({
      ...asked,
      toolChoice: { type: 'function', function: { name: 'get_weather' } },
    });
    expect(named.result.choices[0]?.finish_reason).toBe('tool_calls');
    const [call] = result.choices[0]?.message?.tool_calls ?? [];
    expect(call?.function.name).toBe('get_weather');
    const messages = [
      ...asked.messages,
      { role: 'assistant' as const, tool_calls: call ? [call] : [] },
      { role: 'tool' as const, tool_call_id: call?.id ?? '', content: 'Drizzle' },
    ];
    const answered = await client.textChat({ ...asked, messages });
    expect(answered.result.choices[0]?.message?.content).toContain('get_weather answered: Drizzle');
  });

  test('chats with a deployment, embeds and reranks', async () => {
    const deployed = await client.deploymentsTextChat({ idOrName: 'mine', messages: ask('hi').messages });
    expect(deployed.result.choices[0]?.message?.content).toContain('You said: hi');
    const embedded = await client.embedText({ modelId: 'embed', projectId, inputs: ['a b', 'c'] });
    expect(embedded.result.results.map(({ embedding }) => embedding.length)).toEqual([8, 8]);
    const { result } = await client.textRerank({
      modelId: 'rerank',
      projectId,
      query: 'tall mountains',
      inputs: [{ text: 'the sea' }, { text: 'tall mountains' }],
      parameters: { return_options: { top_n: 1 } },
    });
    expect(result.results).toEqual([{ index: 1, score: expect.any(Number) }]);
    expect(emulator.bill().map(({ promptTokens }) => promptTokens)).toEqual([
      expect.any(Number),
      embedded.result.input_token_count,
      result.input_token_count,
    ]);
  });

  test('refuses strangers, tokens that ended, missing projects and unknown models', async () => {
    await expect(clientWith('invalid-key').textChat(ask('hi'))).rejects.toMatchObject({ status: 400 });
    const post = (token: string) =>
      fetch(`${origin}/ml/v1/text/chat?version=2024-05-31`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model_id: 'mock-granite', messages: ask('hi').messages }),
      });
    expect((await post('invalid-token')).status).toBe(401);
    const refused = await post('somebody');
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ code: 'json_validation_error' })] }),
    ]);
    await expect(client.textChat(ask('hi', 'unknown-model'))).rejects.toMatchObject({ status: 404 });
    await expect(client.textChat(ask('hi', 'mock-granite+status-429'))).rejects.toMatchObject({ status: 429 });
    expect(emulator.bill().every((row) => !row.billed)).toBe(true);
  });
});
