import type { FailureClass } from '@gateway/domain';
import type { ErrorSample } from './error-sample';

/** Ollama's errors are one sentence. */
type OllamaSample = readonly [name: string, status: number, failureClass: FailureClass, error: string];

const SAMPLES: readonly OllamaSample[] = [
  ['a wrong field', 400, 'bad-request', 'json: cannot unmarshal string into Go struct field ChatRequest.messages'],
  ['a model without tools', 400, 'bad-request', 'registry.ollama.ai/library/codellama:latest does not support tools'],
  ['a model without thoughts', 400, 'bad-request', '"llama3" does not support thinking'],
  ['a long text to embed', 400, 'context-window', 'the input length exceeds the context length'],
  ['a wrong key (of its cloud)', 401, 'auth', 'unauthorized'],
  ['an unknown model', 404, 'model-not-found', "model 'nope' not found"],
  ['too many requests (of its cloud)', 429, 'rate-limited', 'too many requests'],
  ['too little memory', 500, 'server-error', 'model requires more system memory (8.4 GiB) than is available (4.1 GiB)'],
  ['a full queue', 503, 'overloaded', 'server busy, please try again.  maximum pending requests exceeded'],
];

export const OLLAMA_ERROR_SAMPLES: readonly ErrorSample[] = SAMPLES.map(asSample);

function asSample([name, status, failureClass, error]: OllamaSample): ErrorSample {
  return { name, status, class: failureClass, body: JSON.stringify({ error }) };
}
