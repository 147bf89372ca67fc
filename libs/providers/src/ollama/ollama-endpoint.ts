import { type Endpoint, joinEndpoint } from '@gateway/provider-kit';

/** The base may already end in `/api`, as Ollama's own pages write it, or in the `/v1` of its OpenAI look. */
const ENDS_IN_API = /\/(?:api|v1)\/*(?=$|\?)/;

/** @throws TypeError when the base is not an absolute http(s) URL. */
export function ollamaEndpoint(baseUrl: string, call: 'chat' | 'embed' | 'tags'): Endpoint {
  return joinEndpoint(baseUrl.replace(ENDS_IN_API, ''), `/api/${call}`);
}
