// Real: HTTP on loopback, undici. Nothing is mocked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@gateway/testkit';
import type { CallContinuation } from '../call-continuation';
import type { ProviderCall } from '../chat-adapter';
import type { ProviderHttp } from '../provider-http';
import { RecordingSink } from './__fixtures__/recording-sink';
import { createProviderHttp } from './create-provider-http';

const PATIENT = { connectMs: 30_000, headMs: 30_000, idleMs: 30_000 };

let http: ProviderHttp;
let server: Server;
let origin: string;
let answers: Record<string, (response: ServerResponse) => void>;
let asked: string[];

beforeEach(async () => {
  asked = [];
  http = createProviderHttp({ connectionsPerOrigin: 4, sweepMs: 5 });
  server = createServer((request: IncomingMessage, response) => {
    const name = `${request.method} ${request.url}`;
    asked.push(name);
    const answer = answers[name];
    if (answer) answer(response);
    else response.writeHead(404).end('nothing here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const callTo = (path: string, method: 'GET' | 'POST' = 'GET'): ProviderCall => ({
  origin,
  path,
  method,
  headers: {},
  body: null,
});

/** Work whose first answer names it; `state` says what is to be done next. */
const continuation: CallContinuation = {
  next({ body, number }) {
    const state = body.toString();
    if (state === 'nonsense') throw new Error('nonsense');
    if (state === 'done') return { type: 'answer' };
    if (state === 'rewritten') return { type: 'answer', contentType: 'text/other', body: Buffer.from('other') };
    if (state === 'working') return { type: 'ask', call: callTo('/work'), afterMs: number };
    return {
      type: 'stream',
      call: callTo('/stream'),
      before: Buffer.from('<'),
      afterwards: callTo('/work'),
      append: (last) => {
        if (last.toString() === 'nonsense') throw new Error('nonsense');
        return Buffer.from(`>${last.toString()}`);
      },
    };
  },
  cancel: () => callTo('/cancel', 'POST'),
};

const say = (...texts: readonly string[]) => {
  const left = [...texts];
  return (response: ServerResponse) => response.end(left.length > 1 ? left.shift() : left[0]);
};

const refuse = (status: number, text: string) => (response: ServerResponse) =>
  void response.writeHead(status).end(text);

/** The last one again and again. */
const inTurn = (...turns: readonly ((response: ServerResponse) => void)[]) => {
  let turn = 0;
  return (response: ServerResponse) => turns[Math.min(turn++, turns.length - 1)]?.(response);
};

function begin(react?: ConstructorParameters<typeof RecordingSink>[0], headMs = PATIENT.headMs) {
  const sink = new RecordingSink(react);
  const running = http.call({ ...callTo('/begin', 'POST'), continuation }, { ...PATIENT, headMs }, sink);
  return { sink, running };
}

const cancelled = () => eventually('the work to be cancelled', () => asked.includes('POST /cancel') || undefined);

describe('a call of several steps', () => {
  it('is asked after until it is done, and looks like one', async () => {
    answers = { 'POST /begin': say('working'), 'GET /work': say('working', 'working', 'done') };
    const { sink } = begin();
    await sink.over();
    expect([sink.events, sink.text]).toEqual([['head', 'data', 'end'], 'done']);
    expect(asked).toEqual(['POST /begin', 'GET /work', 'GET /work', 'GET /work']);
  });

  it('may have another answer than the provider wrote', async () => {
    answers = { 'POST /begin': say('rewritten') };
    const { sink } = begin();
    await sink.over();
    expect([sink.head?.headers['content-type'], sink.text]).toEqual(['text/other', 'other']);
  });

  it('passes a stream on as it comes, between what is said before and after it', async () => {
    let finish: () => void = () => undefined;
    answers = {
      'POST /begin': say('streaming'),
      'GET /stream': (response) => {
        response.write('a');
        finish = () => response.end('b');
      },
      'GET /work': say('done'),
    };
    const { sink } = begin();
    await sink.until(() => sink.text === '<a');
    expect(asked).toEqual(['POST /begin', 'GET /stream']);
    finish();
    await sink.over();
    expect([sink.text, sink.terminals]).toEqual(['<ab>done', ['end']]);
  });

  it('is whole without what should come after its stream', async () => {
    answers = { 'POST /begin': say('streaming'), 'GET /stream': say('a') };
    const { sink } = begin();
    await sink.over();
    expect([sink.text, sink.terminals]).toEqual(['<a', ['end']]);
    expect(asked).not.toContain('POST /cancel');
  });

  it('is whole with an answer behind its stream that nobody can read', async () => {
    answers = { 'POST /begin': say('streaming'), 'GET /stream': say('a'), 'GET /work': say('nonsense') };
    const { sink } = begin();
    await sink.over();
    expect([sink.text, sink.terminals]).toEqual(['<a', ['end']]);
  });

  it('fails as its first step does, with its status', async () => {
    answers = { 'POST /begin': refuse(503, 'busy') };
    const { sink } = begin();
    await sink.over();
    expect([sink.head?.status, sink.text, sink.terminals]).toEqual([503, 'busy', ['end']]);
    expect(asked).toEqual(['POST /begin']);
  });

  it('is asked after again where a later step fails, since the work goes on', async () => {
    const hangUp = (response: ServerResponse) => void response.destroy();
    answers = {
      'POST /begin': say('working'),
      'GET /work': inTurn(refuse(503, 'busy'), refuse(429, 'slower'), hangUp, say('done')),
    };
    const { sink } = begin();
    await sink.over();
    expect([sink.events, sink.head?.status, sink.text]).toEqual([['head', 'data', 'end'], 200, 'done']);
    expect(asked).toEqual(['POST /begin', 'GET /work', 'GET /work', 'GET /work', 'GET /work']);
  });

  it('has its stream opened again, too', async () => {
    answers = {
      'POST /begin': say('streaming'),
      'GET /stream': inTurn(refuse(503, 'busy'), say('a')),
      'GET /work': say('done'),
    };
    const { sink } = begin();
    await sink.over();
    expect([sink.text, sink.terminals]).toEqual(['<a>done', ['end']]);
    expect(asked).not.toContain('POST /cancel');
  });

  it.each([
    ['working', 503, 3_000],
    ['streaming', 503, 3_000],
    ['working', 404, PATIENT.headMs],
    ['streaming', 404, PATIENT.headMs],
  ])('is cut short, and may have to be paid, where that does not help: %s, %i', async (state, status, headMs) => {
    const no = refuse(status, 'no');
    answers = { 'POST /begin': say(state), 'GET /work': no, 'GET /stream': no };
    const { sink, running } = begin(undefined, headMs);
    await sink.over();
    expect([sink.events, sink.failure]).toEqual([
      ['failure'],
      expect.objectContaining({ class: 'interrupted', status }),
    ]);
    expect(running.isSent).toBe(true);
    await cancelled();
  });

  it('is refused like any other, and then there is nothing to be cancelled', async () => {
    answers = { 'POST /begin': (response) => response.writeHead(402).end('pay') };
    const { sink } = begin();
    await sink.over();
    expect([sink.head?.status, sink.text]).toEqual([402, 'pay']);
    expect(asked).toEqual(['POST /begin']);
  });

  it('fails when an answer says nothing that can be gone on from', async () => {
    answers = { 'POST /begin': say('nonsense') };
    const { sink } = begin();
    await sink.over();
    expect(sink.failure).toMatchObject({ class: 'malformed-response', message: expect.stringContaining('nonsense') });
    await cancelled();
  });

  it('takes no longer than the first answer may', async () => {
    answers = { 'POST /begin': say('working'), 'GET /work': say('working') };
    const { sink } = begin(undefined, 1_000);
    await sink.over();
    expect(sink.failure?.class).toBe('timeout');
    await cancelled();
  });
});

describe('who leaves such a call', () => {
  it('while it streams has the work cancelled, and hears nothing more', async () => {
    answers = { 'POST /begin': say('streaming'), 'GET /stream': (response) => void response.write('a') };
    const { sink, running } = begin();
    await sink.until(() => sink.text === '<a');
    running.abort();
    await cancelled();
    expect(sink.terminals).toEqual([]);
  });

  it('between two questions has it cancelled, too', async () => {
    answers = { 'POST /begin': say('working'), 'GET /work': say('working') };
    const { sink, running } = begin();
    await eventually('a second question', () => asked.length >= 3 || undefined);
    running.abort();
    await cancelled();
    expect(sink.events).toEqual([]);
  });

  it('before the work has a name has it cancelled once it has one', async () => {
    let name: () => void = () => undefined;
    answers = {
      'POST /begin': (response) => {
        name = () => response.end('working');
      },
    };
    const { sink, running } = begin();
    await eventually('the call to arrive', () => asked.length === 1 || undefined);
    running.abort();
    name();
    await cancelled();
    expect([sink.events, asked]).toEqual([[], ['POST /begin', 'POST /cancel']]);
  });

  it('from inside a callback is not called again', async () => {
    answers = { 'POST /begin': say('done') };
    let leave: () => void = () => undefined;
    const { sink, running } = begin((event) => {
      if (event === 'head') leave();
    });
    leave = () => running.abort();
    await cancelled();
    expect(sink.events).toEqual(['head']);
  });
});
