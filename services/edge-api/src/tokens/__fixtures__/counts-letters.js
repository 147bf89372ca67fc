// Stands in for the tokenizer's thread: counts letters, refuses one model, dies of another.
const { parentPort } = require('node:worker_threads');

parentPort.on('message', ({ id, model, texts }) => {
  if (model === 'deadly') throw new Error('out of letters');
  if (model === 'refused') parentPort.postMessage({ id, error: 'no such letters' });
  else parentPort.postMessage({ id, tokens: texts.join('').length });
});
