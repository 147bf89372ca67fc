import type { ChatCall, Emission } from '../server/vendor-wire';
import type { BegunPrediction } from './predictions';

/** `GET /streams/{id}`: one event a token, then `done`. */
export function streamPrediction(prediction: BegunPrediction): ChatCall {
  const { model, answer, output } = prediction;
  prediction.isStreamed = true;
  return {
    model,
    stream: true,
    answer: () => ({
      ...answer,
      emissions: () => emissions(prediction, output as readonly string[]),
      errorEvent: (code) => event('error', `The model failed (${code ?? 'E1000'})`),
    }),
  };
}

function* emissions(prediction: BegunPrediction, tokens: readonly string[]): Generator<Emission> {
  for (const [index, token] of tokens.entries()) {
    yield { phase: 'content', text: `id: ${index}\n${event('output', token)}`, tokens: 1 };
  }
  prediction.status = 'succeeded';
  yield { phase: 'finish', text: event('done', '{}'), tokens: 0 };
}

function event(name: string, data: string): string {
  return `event: ${name}\n${data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}
