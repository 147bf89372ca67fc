import { isRecord } from '@gateway/domain';
import type { LiveModelsAdapter } from '../provider-entry';
import { ollamaEndpoint } from './ollama-endpoint';
import { ollamaHeaders } from './ollama-headers';

/** `GET {base}/api/tags`: what has been pulled, by the names it is called by (`llama3:latest`). */
export const OLLAMA_MODELS: LiveModelsAdapter = {
  buildCall(target) {
    const { origin, path } = ollamaEndpoint(target.baseUrl, 'tags');
    return { origin, path, method: 'GET', headers: ollamaHeaders(target, { stream: false }), body: null };
  },

  read(body) {
    const models: readonly unknown[] = isRecord(body) && Array.isArray(body.models) ? body.models : [];
    return models.flatMap((model) => (isRecord(model) && typeof model.name === 'string' ? [model.name] : []));
  },
};
