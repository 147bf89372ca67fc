import type { ClientOutput } from './client-response';
import { KeptOutput } from './kept-output';

function output(keep: (answer: Record<string, unknown>) => Promise<Record<string, unknown>>) {
  const seen: unknown[] = [];
  const client: ClientOutput = {
    beginStream: () => seen.push('begin'),
    write: (bytes) => seen.push(String(bytes)) > 0,
    endStream: (last) => seen.push(`end ${last}`),
    json: (status, document) => seen.push([status, String(document)]),
  };
  return { seen, kept: new KeptOutput(client, keep) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const event = (type: string, fields: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const marked = async (answer: Record<string, unknown>) => ({ ...answer, store: true });

describe('A5 an answer that is to be stored', () => {
  it.each([
    ['whole', (text: string) => [Buffer.from(text)], ''],
    ['in pieces', (text: string) => [Buffer.from(text.slice(0, 60)), Buffer.from(text.slice(60))], ''],
    ['as the end of a stream that is encoded', () => [], 'last'],
  ])('waits with its last event, %s, until it is', async (_name, pieces, last) => {
    let store: () => void = () => undefined;
    const storing = new Promise<void>((resolve) => {
      store = resolve;
    });
    const { seen, kept } = output(async (answer) => {
      await storing;
      return { ...answer, store: true };
    });
    const delta = event('response.output_text.delta', { delta: 'event: response.completed\n' });
    const done = event('response.completed', { response: { id: 'r' }, sequence_number: 3 });
    kept.beginStream({});
    kept.write(delta);
    for (const piece of pieces(done)) kept.write(piece);
    kept.endStream(last === '' ? '' : done);
    await settled();
    expect(seen).toEqual(['begin', delta]);
    store();
    await settled();
    const stored = event('response.completed', { response: { id: 'r', store: true }, sequence_number: 3 });
    expect(seen).toEqual(['begin', delta, `end ${stored}`]);
  });

  it('is a document, or nothing anybody can read', async () => {
    const { seen, kept } = output(marked);
    kept.json(200, '{"id":"r"}', {});
    await settled();
    kept.json(200, 'not JSON', {});
    await settled();
    expect(seen).toEqual([
      [200, '{"id":"r","store":true}'],
      [200, 'not JSON'],
    ]);
  });

  it('may end in an error, which is not stored', async () => {
    const { seen, kept } = output(() => Promise.reject(new Error('stored an error')));
    kept.endStream(event('error', { code: 'x' }));
    await settled();
    expect(seen).toEqual([`end ${event('error', { code: 'x' })}`]);
  });
});
