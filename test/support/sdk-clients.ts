import Anthropic from '@anthropic-ai/sdk';
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
