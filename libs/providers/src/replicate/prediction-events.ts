type Prediction = Readonly<Record<string, unknown>>;

/** What a stream does not say itself: whose it is, and what it cost. An event called `prediction`, for our own decoder. */
export function predictionNews({ id, status, model, created_at, metrics }: Prediction): Buffer {
  return event('prediction', JSON.stringify({ id, status, model, created_at, metrics }));
}

/** A prediction that is over, as the stream it would have been. */
export function predictionEvents(prediction: Prediction): Buffer {
  const { status, output, error } = prediction;
  const news = predictionNews(prediction);
  if (status !== 'succeeded') return Buffer.concat([news, event('error', String(error ?? status))]);
  const pieces: readonly unknown[] = Array.isArray(output) ? output : [output ?? ''];
  return Buffer.concat([news, ...pieces.map((piece) => event('output', String(piece))), event('done', '{}')]);
}

/** Every line of a text is a line of data. */
function event(name: string, data: string): Buffer {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return Buffer.from(`event: ${name}\n${lines.join('')}\n`);
}
