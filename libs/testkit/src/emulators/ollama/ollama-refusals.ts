import type { Refusal } from '../server/vendor-wire';

/** Sentences of Ollama's server for a status, where one is usual. */
const SENTENCES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  429: 'too many requests',
  503: 'server busy, please try again.  maximum pending requests exceeded',
};

export function ollamaRefusal(status: number, code?: string): Refusal {
  const sentence = SENTENCES[status] ?? `the emulated Ollama answers ${status}`;
  return { status, type: '', code: null, message: code ? `${sentence} (${code})` : sentence, param: null };
}

export function invalidBody(message: string, param: string | null = null): Refusal {
  return { ...ollamaRefusal(400), message, param };
}

/** A server at home lets everybody in; a wrong key is what Ollama's cloud turns away. */
export function refuseOllamaCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  return headers.authorization === 'Bearer invalid-key' ? ollamaRefusal(401) : null;
}

/** One sentence is all there is. */
export function ollamaErrorDocument({ message }: Refusal): unknown {
  return { error: message };
}
