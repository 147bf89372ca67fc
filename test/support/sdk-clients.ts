import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

/** The vendors' own clients, pointed at the gateway; they do not retry, so that a test sees every answer. */
export function sdkClients(gatewayUrl: string, key: string): { openAi: OpenAI; anthropic: Anthropic } {
  return {
    openAi: new OpenAI({ baseURL: `${gatewayUrl}/v1`, apiKey: key, maxRetries: 0 }),
    anthropic: new Anthropic({ baseURL: gatewayUrl, apiKey: key, maxRetries: 0 }),
  };
}

/** One white pixel. */
export const PIXEL_PNG_BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=';

/** The arguments of the tests' one tool, as JSON Schema. */
export const WEATHER_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 7 } },
  required: ['city', 'days'],
  additionalProperties: false,
} as const;

/** Google's. Its own dispatcher looks for one of undici's among the globals, where Jest's sandbox has none. */
export function googleClient(baseUrl: string, apiKey: string): GoogleGenAI {
  const plainFetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
    fetch(url, { ...init, dispatcher: undefined });
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl, fetch: plainFetch } });
}
