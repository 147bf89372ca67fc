import { isGatewayException } from '@gateway/domain';
import { PROVIDERS } from '../provider-registry';

const PARTS = [
  { type: 'text', text: 'one' },
  { type: 'text', text: 'two' },
];
const IMAGE = { type: 'image_url', image_url: { url: 'https://x.example/a.png' } };

function send(prefix: string, body: object) {
  const entry = PROVIDERS.find(prefix);
  const target = { baseUrl: entry?.defaultBaseUrl ?? '', apiKey: 'k', extraHeaders: {} };
  const prepared = entry?.operations?.moderations?.prepare(target, {
    body: Buffer.from(JSON.stringify(body)),
    requestedModel: 'ours',
    providerModel: 'theirs',
    stream: false,
    deployment: {},
  });
  const { origin, path, body: sent } = prepared!.call;
  return { url: origin + path, sent: JSON.parse(Buffer.from(sent ?? []).toString()) as unknown };
}

describe('A5 moderations', () => {
  it('of OpenAI take the parts of a message, and a model that the client left out', () => {
    const { url, sent } = send('openai', { input: [...PARTS, IMAGE], num_retries: 2 });
    expect(url).toBe('https://api.openai.com/v1/moderations');
    expect(sent).toEqual({ input: [...PARTS, IMAGE], model: 'theirs' });
  });

  it('of Mistral take texts only: parts become one, and a picture is refused by name', () => {
    const { url, sent } = send('mistral', { model: 'ours', input: PARTS });
    expect(url).toBe('https://api.mistral.ai/v1/moderations');
    expect(sent).toEqual({ input: 'one\ntwo', model: 'theirs' });
    expect(send('mistral', { model: 'ours', input: ['a', 'b'] }).sent).toEqual({ input: ['a', 'b'], model: 'theirs' });
    let refused: unknown;
    try {
      send('mistral', { input: [...PARTS, IMAGE] });
    } catch (error) {
      refused = error;
    }
    expect(isGatewayException(refused) && refused.detail).toMatchObject({
      code: 'unsupported_parameter',
      param: 'input[2]',
    });
  });
});
