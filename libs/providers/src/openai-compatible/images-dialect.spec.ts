// Pictures of providers that speak OpenAI's wire for them, but for some words.
import { isGatewayException } from '@gateway/domain';
import type { OperationInput } from '@gateway/provider-kit';
import { PROVIDERS } from '../provider-registry';

function ask(provider: string, body: object, deployment: OperationInput['deployment'] = {}) {
  const entry = PROVIDERS.find(provider);
  const adapter = entry?.operations?.['image-generations'];
  if (!entry || !adapter) throw new Error(`${provider} makes no pictures`);
  const { call, reader } = adapter.prepare(
    { baseUrl: entry.defaultBaseUrl ?? '', apiKey: 'secret', extraHeaders: {} },
    {
      body: Buffer.from(JSON.stringify({ model: 'alias', prompt: 'a lake', ...body })),
      requestedModel: 'alias',
      providerModel: 'theirs',
      stream: false,
      deployment,
    },
  );
  return { url: call.origin + call.path, sent: JSON.parse(Buffer.from(call.body ?? []).toString()), reader };
}

function refused(provider: string, body: object): string | undefined {
  try {
    ask(provider, body);
  } catch (error) {
    return isGatewayException(error) ? error.detail.param : undefined;
  }
  return undefined;
}

const PLAIN = { model: 'theirs', prompt: 'a lake' };

describe('A3 B2 pictures on OpenAI’s wire', () => {
  it('Together has sides instead of a size, and a word of its own for bytes', () => {
    const { url, sent, reader } = ask('together_ai', {
      size: '1024x768',
      response_format: 'b64_json',
      n: 2,
      user: 'u',
    });
    expect(url).toBe('https://api.together.xyz/v1/images/generations');
    expect(sent).toEqual({ ...PLAIN, width: 1_024, height: 768, response_format: 'base64', n: 2 });
    // What is expected to be charged is told by the client's size all the same.
    expect(reader.usage?.units).toEqual({ images: 2, imagePixels: 2 * 1_024 * 768 });
    expect(ask('together_ai', { size: 'auto', response_format: 'url' }).sent).toEqual({
      ...PLAIN,
      response_format: 'url',
    });
    expect(refused('together_ai', { quality: 'hd' })).toBe('quality');
  });

  it('Nebius has sides, and OpenAI’s word for bytes', () => {
    expect(ask('nebius', { size: '512x512', response_format: 'b64_json' }).sent).toEqual({
      ...PLAIN,
      width: 512,
      height: 512,
      response_format: 'b64_json',
    });
  });

  it('xAI has no sizes: they are refused, or left out where that is allowed', () => {
    expect(refused('xai', { size: '1024x1024' })).toBe('size');
    expect(ask('xai', { size: '1024x1024', n: 2 }, { dropParams: true }).sent).toEqual({ ...PLAIN, n: 2 });
  });

  it('Recraft has styles of its own', () => {
    const { url, sent } = ask('recraft', { style: 'digital_illustration', size: '1024x1024' });
    expect(url).toBe('https://external.api.recraft.ai/v1/images/generations');
    expect(sent).toEqual({ ...PLAIN, style: 'digital_illustration', size: '1024x1024' });
    expect(refused('recraft', { quality: 'hd' })).toBe('quality');
  });

  it.each(['deepinfra', 'veniceai', 'zai', 'zhipuai', 'xinference'])('%s is asked as OpenAI is', (provider) => {
    const { url, sent } = ask(provider, { size: '1024x1024' });
    expect(url).toBe(`${PROVIDERS.find(provider)?.defaultBaseUrl}/images/generations`);
    expect(sent).toEqual({ ...PLAIN, size: '1024x1024' });
  });
});
