import { parentPort } from 'node:worker_threads';
import type { CountAnswer, CountQuestion } from './counting-thread';
import { tokenize } from './tokenizer';

// The thread that counts. Questions are answered side by side: the tokenizer takes turns.
parentPort?.on('message', ({ id, model, texts }: CountQuestion) => {
  const answer = (rest: Omit<CountAnswer, 'id'>): void => parentPort?.postMessage({ id, ...rest });
  tokenize(model, texts).then(
    (tokens) => answer({ tokens }),
    (error: unknown) => answer({ error: String(error) }),
  );
});
