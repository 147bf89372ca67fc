import type { ProviderTarget } from '@gateway/provider-kit';
import { AZURE_MEDIA } from './azure-media';

const base: ProviderTarget = { baseUrl: 'https://r.openai.azure.com', apiKey: 'k', extraHeaders: {} };
const input = {
  body: Buffer.from('{"model":"alias","input":"hi","voice":"v"}'),
  requestedModel: 'alias',
  providerModel: 'my tts',
  stream: false,
  deployment: {},
};

function speech(target: Partial<ProviderTarget>) {
  const adapter = AZURE_MEDIA.speech;
  if (!adapter) throw new Error('Azure has speech');
  return adapter.prepare({ ...base, ...target }, input).call;
}

describe('B2 Azure’s pictures and sound', () => {
  it.each([
    [{ apiVersion: '2025-03-01-preview' }, '/openai/deployments/my%20tts/audio/speech?api-version=2025-03-01-preview'],
    [{ apiVersion: 'v1' }, '/openai/v1/audio/speech'],
    [
      { baseUrl: 'https://r/openai/deployments/theirs/audio/speech?api-version=2024-06-01' },
      '/openai/deployments/theirs/audio/speech?api-version=2024-06-01',
    ],
  ])('are called at the deployment, or below the v1 URL: %j', (target, path) => {
    expect(speech(target).path).toBe(path);
  });

  it('with a key, or the token of Entra ID', () => {
    expect(speech({}).headers).toMatchObject({ 'api-key': 'k', 'content-type': 'application/json' });
    const token = { current: () => 'entra', obtain: () => undefined, refuse: () => undefined };
    const { headers } = speech({ apiKey: null, token });
    expect(headers.authorization).toBe('Bearer entra');
    expect(headers).not.toHaveProperty('api-key');
  });
});
