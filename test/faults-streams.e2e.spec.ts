// Real: the whole mesh on one edge and one worker, once with answers on a line between the two and once with answers over
// NATS; TCP proxies before the OpenAI emulator, on the line, and before the worker's NATS of tokens.
import { execFileSync } from 'node:child_process';
import { freePort, startTestMesh, type TestMesh } from '@gateway/local';
import { ChaosProxy, eventually } from '@gateway/testkit';
import { type Books, type BooksRules, booksAgree, booksSay } from './support/fault-books';
import type { Conversation, Dialect } from './support/fault-conversation';
import { FaultMesh, measured, pause } from './support/fault-mesh';
import { FrameTap } from './support/fault-tap';
import { claudeModel, configurationYaml, gptModel } from './support/test-configuration';

const DIALECTS: readonly Dialect[] = ['openai', 'anthropic'];
/** Client dialect × provider: both same-wire and both cross-wire ways. */
const WAYS = DIALECTS.flatMap((dialect) => DIALECTS.map((provider) => ({ dialect, provider })));
/** An emulator is silent while it makes up another answer of 200,000 tokens, which takes a slow machine seconds. */
const IDLE_TIMEOUT_S = 8;
const SLOW_CONSUMER_MS = 8_000;
/** Longer than any test waits: a call that is left running is seen to run. */
const AT_ONCE = '+headers-99999ms';

let mesh: TestMesh;
let faults: FaultMesh;
let tap: FrameTap;
const providerLine = new ChaosProxy({ port: 1 });
const answersOverNats = new ChaosProxy({ port: 1 });
const answersOnLine = new ChaosProxy({ port: 1 });

interface AnswerWay {
  readonly name: string;
  readonly isOverNats: boolean;
  /** On which the worker's answers travel. */
  readonly proxy: ChaosProxy;
  /** Where the edge says that it takes answers. */
  directAddress(): string;
}

const ANSWER_WAYS: readonly AnswerWay[] = [
  {
    name: 'on a line',
    isOverNats: false,
    proxy: answersOnLine,
    directAddress: () => `127.0.0.1:${answersOnLine.port}`,
  },
  { name: 'over NATS', isOverNats: true, proxy: answersOverNats, directAddress: () => '127.0.0.1:1' },
];

async function openMesh({ directAddress, isOverNats }: AnswerWay): Promise<void> {
  const directPort = await freePort();
  answersOnLine.retarget({ port: directPort });
  answersOverNats.retarget({ port: Number(new URL(process.env.TEST_NATS_URL ?? '').port) });
  await Promise.all([providerLine, answersOnLine, answersOverNats].map((proxy) => proxy.start()));
  const overLine = { model: 'openai/mock-gpt-line*', api_base: `http://127.0.0.1:${providerLine.port}/v1` };
  mesh = await startTestMesh({
    configYaml: configurationYaml(
      [gptModel('mock-gpt-line*', { litellm_params: overLine }), gptModel('mock-gpt*'), claudeModel('mock-claude*')],
      { router_settings: { num_retries: 0, idle_timeout: IDLE_TIMEOUT_S } },
    ),
    extraEnvironment: {
      LLM_GATEWAY_SLOW_CONSUMER_MS: String(SLOW_CONSUMER_MS),
      // Beside a flood of 800,000 tokens the worker of a slow machine gets no turn for seconds.
      LLM_GATEWAY_WORKER_SILENCE_MS: '6000',
    },
    extraServiceEnvironment: {
      'edge-api': {
        LLM_GATEWAY_DIRECT_PORT: String(directPort),
        LLM_GATEWAY_DIRECT_ADDRESS: directAddress(),
      },
      'provider-workers': { LLM_GATEWAY_NATS_TOKENS_URL: `nats://127.0.0.1:${answersOverNats.port}` },
    },
  });
  providerLine.retarget({ port: Number(new URL(mesh.emulators?.urls.openai ?? '').port) });
  faults = new FaultMesh(mesh);
  tap = await FrameTap.open(mesh.natsUrl, mesh.namespace);
  // A line is opened beside the first answer, which does not wait for it.
  await eventually('answers to come this way', async () => {
    tap.forget();
    expect((await faults.ask(faults.model('openai', '+tokens-3'))).saidDone).toBe(true);
    return tap.heardAnswers === isOverNats;
  });
}

async function closeMesh(): Promise<void> {
  await tap?.close();
  await mesh?.stop();
  await Promise.all([providerLine, answersOnLine, answersOverNats].map((proxy) => proxy.stop()));
}

function agree(rules: BooksRules): Promise<Books> {
  return booksAgree(mesh, { mayBeUnread: (model) => model.endsWith(AT_ONCE), ...rules });
}

/** What every stream that broke after its first token must look like to its client. */
function expectOneError(conversation: Conversation): void {
  const { status, ending, errors, saidDone, events, options } = conversation;
  expect({ model: options.model, status, ending, errors: errors.length, saidDone }).toEqual({
    model: options.model,
    status: 200,
    ending: 'complete',
    errors: 1,
    saidDone: false,
  });
  expect(events.at(-1)).toEqual(errors[0]);
}

/** The one attempt is billed, marked as an estimate, and says why. */
async function expectEstimated(broken: readonly Conversation[], status: string): Promise<void> {
  const { attempts, requests } = await agree({ asked: broken });
  for (const { requestId } of broken) {
    const booked = attempts.filter((attempt) => attempt.requestId === requestId);
    expect(booked).toMatchObject([{ status, estimated: true, billable: true }]);
    expect(requests.filter((request) => request.requestId === requestId)).toMatchObject([{ status: 'failed' }]);
  }
}

describe.each(ANSWER_WAYS)('answers $name', (way) => {
  beforeAll(() => openMesh(way));
  afterAll(closeMesh);
  beforeEach(() => tap.forget());

  describe('the provider breaks off in the middle: one error event, no success terminator, an estimated row', () => {
    it.each([
      ['the connection is closed', '+cut-after-6', 6],
      ['the connection falls silent', '+hang-after-6', 6],
      ['a frame is malformed', '+malformed-after-6', 6],
      ['the stream ends in good order without a finish', '+tokens-9+truncate', 9],
      ['the provider says so', '+error-after-6', 6],
    ])('%s', async (_name, suffix, pieces) => {
      const broken = await Promise.all(
        WAYS.map(({ dialect, provider }) => faults.ask(faults.model(provider, `${suffix}+chunks-5ms`), { dialect })),
      );
      for (const conversation of broken) {
        expectOneError(conversation);
        expect(conversation.pieces).toHaveLength(pieces);
      }
      await expectEstimated(broken, 'interrupted');
    });

    it('the connection is reset', async () => {
      const broken = DIALECTS.map((dialect) =>
        faults.start(faults.model('openai', '+tokens-200+chunks-20ms').replace('mock-gpt', 'mock-gpt-line'), {
          dialect,
        }),
      );
      const bystander = faults.start(faults.model('openai', '+tokens-50+chunks-10ms'));
      await Promise.all(broken.map((conversation) => conversation.said(4)));
      providerLine.cut();
      await Promise.all([...broken, bystander].map((conversation) => conversation.over()));
      broken.forEach(expectOneError);
      expect([bystander.saidDone, bystander.errors]).toEqual([true, []]);
      await expectEstimated(broken, 'interrupted');
    });

    it('a whole answer that breaks off is an error status, never half an answer', async () => {
      const broken = await Promise.all(
        WAYS.map(({ dialect, provider }) =>
          faults.ask(faults.model(provider, '+cut-after-3'), { dialect, stream: false }),
        ),
      );
      for (const { status, text } of broken) {
        expect(status).toBe(502);
        expect(JSON.parse(text).error.message).toEqual(expect.any(String));
      }
      await agree({ asked: broken });
    });
  });

  describe('a frame is lost between worker and edge: one error event, and the provider’s answer is read on for the bill', () => {
    it('because the worker’s connection broke', async () => {
      const broken = WAYS.map(({ dialect, provider }) =>
        faults.start(faults.model(provider, '+tokens-150+chunks-25ms'), { dialect }),
      );
      await Promise.all(broken.map((conversation) => conversation.said(5)));
      way.proxy.cut({ refuseNew: true });
      await pause(300);
      way.proxy.restore();
      await Promise.all(broken.map((conversation) => conversation.over()));
      broken.forEach(expectOneError);
      const { attempts } = await agree({ asked: broken });
      for (const { requestId } of broken) {
        const booked = attempts.filter((attempt) => attempt.requestId === requestId);
        expect(booked).toMatchObject([{ status: 'success', estimated: false, completionTokens: 150 }]);
      }
      const after = await faults.ask(faults.model('openai', '+tokens-5'));
      expect(after.saidDone).toBe(true);
    });

    // Nobody comes between the two ends of a line.
    if (way.isOverNats) {
      it('because a foreign frame came between', async () => {
        const broken = WAYS.map(({ dialect, provider }) =>
          faults.start(faults.model(provider, '+tokens-150+chunks-25ms'), { dialect }),
        );
        await Promise.all(broken.map((conversation) => conversation.said(5)));
        await tap.intrude(broken.length);
        await Promise.all(broken.map((conversation) => conversation.over()));
        broken.forEach(expectOneError);
        await agree({ asked: broken });
      });
    }
  });

  describe('the client is gone: the provider call is cancelled and the tokens so far are booked', () => {
    it.each([
      ['in the middle of a stream', '+tokens-2000+chunks-400ms', true, 5],
      ['before the first token of a stream', '+headers-99999ms', true, 0],
      ['while it waits for a whole answer', '+tokens-2000+chunks-400ms', false, 0],
    ])('%s', async (_name, suffix, stream, pieces) => {
      const left = WAYS.map(({ dialect, provider }) =>
        faults.start(faults.model(provider, suffix), { dialect, stream }),
      );
      await Promise.all(left.map((conversation) => conversation.said(pieces)));
      const noticed = left.map(async (conversation) => {
        await faults.called(conversation.options.model);
        const leftUnixMs = Date.now();
        conversation.leave();
        const row = await eventually('the provider to notice', async () => {
          const [call] = await faults.billOf(conversation.options.model);
          return call?.cancelNoticedAtUnixMs ? call : undefined;
        });
        return (row.cancelNoticedAtUnixMs ?? 0) - leftUnixMs;
      });
      const delaysMs = await Promise.all(noticed);
      measured('slowest cancelled call', Math.max(...delaysMs));
      // The aim is 200 ms. The worker of a stream that missed the cancel would hear of it when its credit is used up and
      // half a second has passed: after 26 s.
      for (const delayMs of delaysMs) expect(delayMs).toBeLessThan(15_000);
      await agree({ asked: left });
      // The edge's word may be there before that of the worker, who knows better.
      await booksSay(mesh, ({ attempts, requests }) => {
        for (const { options } of left) {
          const booked = requests.filter(({ model }) => model === options.model);
          expect(booked).toMatchObject([{ status: 'cancelled', httpStatus: 499, errorCode: 'client_closed_request' }]);
          const calls = attempts.filter(({ requestId }) => requestId === booked[0]?.requestId);
          expect(calls).toMatchObject([{ status: 'cancelled', estimated: true, billable: true }]);
          if (pieces > 0) expect(calls[0]?.completionTokens).toBeGreaterThanOrEqual(pieces / 2);
        }
      });
    });

    it('at once, before anybody had the request: nothing is left running', async () => {
      const left = WAYS.map(({ dialect, provider }) => faults.start(faults.model(provider, AT_ONCE), { dialect }));
      await pause(15);
      for (const conversation of left) conversation.leave();
      // There is one edge, one router and one worker, and what was sent first arrives first: once a later request has been
      // served, those of before have come as far as they ever will.
      const later = await faults.ask(faults.model('openai', '+tokens-3'));
      await eventually('no call to be left running', async () => {
        const calls = (await Promise.all(left.map(({ options }) => faults.billOf(options.model)))).flat();
        return calls.every(({ endedAtUnixMs }) => endedAtUnixMs !== null);
      });
      await agree({ asked: [later] });
    });
  });

  describe('a client that stops reading', () => {
    /** Megabytes that edge and worker hold. */
    function gatewayRss(): number[] {
      return [...mesh.edges, ...mesh.workers].map(
        ({ pid }) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024,
      );
    }

    /** Waits until the provider has written nothing for a second, and returns how many tokens have left it. */
    async function heldBack(model: string): Promise<number> {
      let counts: number[] = [];
      const look = async (): Promise<number | undefined> => {
        await pause(250);
        const [call] = await faults.billOf(model);
        const tokens = call?.completionTokens ?? 0;
        counts = [...counts.slice(-4), tokens];
        // A window of credit is a thousand tokens at least; one that wrote fewer was not yet given a turn.
        return tokens > 1_000 && counts.length === 5 && counts.every((count) => count === tokens) ? tokens : undefined;
      };
      return eventually('the provider to be held back', look, 60_000);
    }

    it('holds nobody else up, and gets the whole answer when it reads again', async () => {
      const tokens = 20_000;
      const slow = faults.start(faults.model('openai', `+tokens-${tokens}`));
      await slow.head();
      slow.stopReading();
      await heldBack(slow.options.model);
      const others = await Promise.all(
        WAYS.map(({ dialect, provider }) => faults.ask(faults.model(provider, '+tokens-300+chunks-1ms'), { dialect })),
      );
      measured('others beside the stalled one', Math.max(...others.map(({ tookMs }) => tookMs)));
      expect(others.map(({ saidDone, pieces }) => [saidDone, pieces.length])).toEqual(others.map(() => [true, 300]));
      expect(slow.ending).toBeNull();
      slow.readOn();
      await slow.over();
      expect([slow.saidDone, slow.errors, slow.pieces.length]).toEqual([true, [], tokens]);
      // The emulator says the same to the same question, streamed or not.
      const whole = await faults.ask(faults.model('openai', `+tokens-${tokens}`), { stream: false });
      expect(slow.pieces.join('')).toBe(JSON.parse(whole.text).choices[0].message.content);
      await agree({ asked: [slow, ...others] });
    });

    it('and never reads again holds little, is cut off, and its tokens are booked', async () => {
      const tokens = 200_000;
      const before = gatewayRss();
      const stuck = WAYS.map(({ dialect, provider }) =>
        faults.start(faults.model(provider, `+tokens-${tokens}`), { dialect }),
      );
      await Promise.all(stuck.map((conversation) => conversation.head()));
      for (const conversation of stuck) conversation.stopReading();
      const left = await Promise.all(stuck.map(({ options }) => heldBack(options.model)));
      const grown = gatewayRss().map((nowMb, index) => nowMb - (before[index] ?? 0));
      process.stderr.write(`      stalled after ${left} tokens; edge, worker grew by ${grown.map(Math.round)} MB\n`);
      // Most of what left the providers fills the kernel's socket buffers.
      for (const count of left) expect(count).toBeLessThan(tokens);
      // The four answers are some 140 MB. 256 KB of each may be held; garbage may fill a young generation of 96 MB
      // (`--max-semi-space-size=32`) before it is collected.
      for (const grownMb of grown) expect(grownMb).toBeLessThan(120);

      const sinceMs = performance.now();
      await eventually(
        'the calls to be cancelled',
        async () => {
          const calls = (await Promise.all(stuck.map(({ options }) => faults.billOf(options.model)))).flat();
          return calls.every((call) => call.cancelledByClient);
        },
        60_000,
      );
      measured('all were cut off after', performance.now() - sinceMs);
      for (const conversation of stuck) conversation.readOn();
      await Promise.all(stuck.map((conversation) => conversation.over()));
      expect(stuck.map(({ ending, saidDone, errors }) => [ending, saidDone, errors])).toEqual(
        stuck.map(() => ['reset', false, []]),
      );
      const { requests } = await agree({ asked: stuck });
      for (const { requestId } of stuck) {
        expect(requests.filter((request) => request.requestId === requestId)).toMatchObject([{ status: 'cancelled' }]);
      }
    });
  });
});
