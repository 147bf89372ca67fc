import type { AttemptOutcome, OutcomeBatch } from '@gateway/contracts';
import { type Deployment, type FailureClass, ROUTING_DEFAULTS, type RoutingSettings } from '@gateway/domain';
import { aDeployment } from '@gateway/testkit';
import fc from 'fast-check';
import { NOTHING_KNOWN } from './deployment-live';
import { type CircuitChange, LiveBoard } from './live-board';

const DEPLOYMENTS = ['a', 'b', 'c'].map((id) => aDeployment({ id, modelGroup: 'group', providerModel: id }));

const outcome = (deployment: string, more: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
  deployment,
  failure: null,
  timeToFirstTokenMs: 100,
  latencyMs: 1_000,
  stream: true,
  promptTokens: 30,
  completionTokens: 10,
  ...more,
});

const batch = (more: Partial<OutcomeBatch> = {}): OutcomeBatch => ({
  worker: 'w1',
  outcomes: [],
  inFlight: {},
  ...more,
});

function scene(deployments: readonly Deployment[] = DEPLOYMENTS, settings: RoutingSettings = ROUTING_DEFAULTS) {
  const changes: CircuitChange[] = [];
  const board = new LiveBoard((change) => changes.push(change));
  board.configure(deployments, settings);
  return { board, changes, told: () => changes.splice(0).map(({ deployment, to }) => `${deployment.id} ${to}`) };
}

const failing = (deployment: string, times = 5) =>
  batch({
    outcomes: Array.from({ length: times }, () => outcome(deployment, { failure: 'server-error', latencyMs: 1 })),
  });

describe('a configuration that may come into force', () => {
  const D = aDeployment({ id: 'd', modelGroup: 'group', providerModel: 'd' });
  const states = (board: LiveBoard) => ['a', 'b', 'd'].map((id) => board.view(1)(id).circuit);

  it('L3 changes nothing of what is known until it is in force, and nothing then that it would not have changed', () => {
    const [told, plain] = [scene(), scene()];
    for (const { board } of [told, plain]) board.take(failing('a'), 0);
    // No turn is given to others over so few.
    expect([...told.board.foresee([...DEPLOYMENTS, D], ROUTING_DEFAULTS)]).toEqual([]);
    told.board.take(failing('d'), 0);
    expect(states(told.board)).toEqual(states(plain.board));
    expect(told.told()).toEqual(plain.told());
    for (const { board } of [told, plain]) {
      board.configure([...DEPLOYMENTS, D], ROUTING_DEFAULTS);
      board.take(failing('d'), 1);
    }
    expect(told.told()).toEqual(['d open']);
    expect(plain.told()).toEqual(['d open']);
    expect(states(told.board)).toEqual(states(plain.board));
  });
});

describe('calls under way', () => {
  const inFlight = (board: LiveBoard, nowMs: number) => board.view(nowMs)('a').inFlight;

  it('C2 are those of all workers', () => {
    const { board } = scene();
    board.take(batch({ inFlight: { a: 2, b: 1 } }), 0);
    board.take(batch({ worker: 'w2', inFlight: { a: 3 } }), 0);
    expect([inFlight(board, 0), board.view(0)('b').inFlight]).toEqual([5, 1]);
    board.take(batch({ inFlight: { a: 0 } }), 1);
    expect(inFlight(board, 1)).toBe(3);
  });

  it('C2 a worker that is gone, or says nothing for long, has none; one that tells all has no others', () => {
    const { board } = scene();
    board.take(batch({ inFlight: { a: 2 } }), 0);
    board.take(batch({ worker: 'w2', inFlight: { a: 3 } }), 10_000);
    board.forgetWorker('w2');
    expect(inFlight(board, 10_000)).toBe(2);
    board.tick(15_000);
    expect(inFlight(board, 15_000)).toBe(2);
    board.tick(15_001);
    expect(inFlight(board, 15_001)).toBe(0);
    board.take(batch({ inFlight: { a: 2, b: 1 } }), 15_002);
    board.take(batch({ inFlight: { b: 1 }, isComplete: true }), 15_003);
    expect([inFlight(board, 15_003), board.view(15_003)('b').inFlight]).toEqual([0, 1]);
  });

  it('C2 what this router has just sent counts until a worker tells of it, or for a second', () => {
    const { board } = scene();
    for (let call = 0; call < 4; call++) board.assigned('a', 400);
    expect(inFlight(board, 400)).toBe(4);
    // One is under way there, two began and ended: three of the four.
    board.take(batch({ outcomes: [outcome('a'), outcome('a')], inFlight: { a: 1 } }), 450);
    expect(inFlight(board, 450)).toBe(2);
    expect(inFlight(board, 900)).toBe(2);
    expect(inFlight(board, 1_400)).toBe(1);
  });

  it('Property: never less than what workers tell, never more than that and what was sent in the last second', () => {
    const event = fc.oneof(
      fc.record({ sent: fc.constant(true), waitMs: fc.nat(700) }),
      fc.record({ worker: fc.constantFrom('w1', 'w2'), count: fc.nat(3), ended: fc.nat(2), waitMs: fc.nat(700) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const { board } = scene();
        const told: Record<string, number> = {};
        const sentMs: number[] = [];
        let nowMs = 0;
        for (const one of events) {
          nowMs += one.waitMs;
          if ('sent' in one) {
            board.assigned('a', nowMs);
            sentMs.push(nowMs);
          } else {
            const outcomes = Array.from({ length: one.ended }, () => outcome('a'));
            board.take(batch({ worker: one.worker, outcomes, inFlight: { a: one.count } }), nowMs);
            told[one.worker] = one.count;
          }
          const reported = (told.w1 ?? 0) + (told.w2 ?? 0);
          const recent = sentMs.filter((ms) => nowMs - ms <= 1_000).length;
          expect(inFlight(board, nowMs)).toBeGreaterThanOrEqual(reported);
          expect(inFlight(board, nowMs)).toBeLessThanOrEqual(reported + recent);
        }
      }),
    );
  });
});

describe('speed and use', () => {
  const speed = (board: LiveBoard, nowMs: number) => {
    const { timeToFirstTokenMs, msPerCompletionToken } = board.view(nowMs)('a');
    return [timeToFirstTokenMs, msPerCompletionToken];
  };

  it('C2 nothing is known of what was never called, nor of what nobody configured', () => {
    const { board } = scene();
    board.take(batch({ outcomes: [outcome('stranger')], inFlight: { stranger: 1 } }), 0);
    for (const id of ['a', 'stranger']) {
      expect(board.view(0)(id)).toEqual(NOTHING_KNOWN);
    }
  });

  it('C2 latency is the mean of the last ten, for an hour', () => {
    const { board } = scene();
    for (let ms = 1; ms <= 15; ms++) {
      board.take(batch({ outcomes: [outcome('a', { timeToFirstTokenMs: ms, latencyMs: ms * 100 })] }), 0);
    }
    expect(speed(board, 0)).toEqual([10.5, 105]);
    expect(speed(board, 3_600_000)).toEqual([10.5, 105]);
    expect(speed(board, 3_600_101)).toEqual([null, null]);
  });

  it('C2 what was measured more than a minute ago is old, and makes room for the next measurement', () => {
    const { board } = scene();
    const isOld = (nowMs: number) => {
      const { isTimeToFirstTokenOld, isMsPerCompletionTokenOld } = board.view(nowMs)('a');
      return [isTimeToFirstTokenOld, isMsPerCompletionTokenOld];
    };
    board.take(batch({ outcomes: [outcome('a', { timeToFirstTokenMs: 9_000, latencyMs: 9_000 })] }), 0);
    expect([isOld(60_000), isOld(60_200)]).toEqual([
      [false, false],
      [true, true],
    ]);
    board.take(batch({ outcomes: [outcome('a', { stream: false })] }), 60_200);
    expect([speed(board, 60_200), isOld(60_200)]).toEqual([
      [9_000, 100],
      [true, false],
    ]);
    board.take(batch({ outcomes: [outcome('a')] }), 60_200);
    expect([speed(board, 60_200), isOld(60_200)]).toEqual([
      [100, 100],
      [false, false],
    ]);
  });

  it('C2 the first token of what is not streamed says nothing; without tokens the whole call counts', () => {
    const { board } = scene();
    board.take(batch({ outcomes: [outcome('a', { stream: false, completionTokens: 0 })] }), 0);
    expect(speed(board, 0)).toEqual([null, 1_000]);
  });

  it('C2 a deployment that times out is slow for ten calls; one that fails otherwise is not fast for it', () => {
    const { board } = scene();
    board.take(batch({ outcomes: [outcome('a'), outcome('a', { failure: 'server-error', latencyMs: 1 })] }), 0);
    expect(speed(board, 0)).toEqual([100, 100]);
    board.take(batch({ outcomes: [outcome('a', { failure: 'timeout', latencyMs: 300_000 })] }), 0);
    expect(speed(board, 200)[0]).toBeGreaterThan(100_000);
    board.take(batch({ outcomes: Array.from({ length: 10 }, () => outcome('a')) }), 400);
    expect(speed(board, 400)).toEqual([100, 100]);
  });

  it('C7 the slowest first token of nearly all is told once twenty are known', () => {
    const { board } = scene();
    for (let ms = 1; ms <= 19; ms++) board.take(batch({ outcomes: [outcome('a', { timeToFirstTokenMs: ms })] }), 0);
    expect(board.view(0)('a').timeToFirstTokenP95Ms).toBeNull();
    for (let ms = 20; ms <= 300; ms++) board.take(batch({ outcomes: [outcome('a', { timeToFirstTokenMs: ms })] }), 0);
    const p95 = board.view(200)('a').timeToFirstTokenP95Ms ?? 0;
    expect(p95).toBeGreaterThan(280);
    expect(p95).toBeLessThanOrEqual(296);
    for (let call = 0; call < 99; call++)
      board.take(batch({ outcomes: [outcome('a', { timeToFirstTokenMs: 7 })] }), 400);
    expect(board.view(400)('a').timeToFirstTokenP95Ms).toBe(7);
  });

  it('C7 of answers that are not streamed the whole time counts, a timeout included, and first tokens do not', () => {
    const { board } = scene();
    const whole = (latencyMs: number, more: Partial<AttemptOutcome> = {}) =>
      outcome('a', { stream: false, timeToFirstTokenMs: latencyMs, latencyMs, ...more });
    board.take(batch({ outcomes: Array.from({ length: 19 }, () => whole(2_000)) }), 0);
    expect(board.view(0)('a').wholeAnswerP95Ms).toBeNull();
    board.take(batch({ outcomes: [whole(300_000, { failure: 'timeout' })] }), 200);
    expect(board.view(200)('a')).toMatchObject({ wholeAnswerP95Ms: 300_000, timeToFirstTokenP95Ms: null });
  });

  it('C7 a call that a hedge outran was at least as slow: what hedging cuts short does not make p95 shorter', () => {
    const one = (stream: boolean, latencyMs: number, more: Partial<AttemptOutcome> = {}) =>
      outcome('a', { stream, timeToFirstTokenMs: latencyMs, latencyMs, ...more });
    const told = { failure: 'cancelled', timeToFirstTokenMs: null, isOutrun: true } as const;
    for (const stream of [true, false]) {
      const { board } = scene();
      const p95 = (nowMs: number) => {
        const { timeToFirstTokenP95Ms, wholeAnswerP95Ms } = board.view(nowMs)('a');
        return stream ? timeToFirstTokenP95Ms : wholeAnswerP95Ms;
      };
      board.take(batch({ outcomes: [one(stream, 700, told)] }), 0);
      board.take(batch({ outcomes: Array.from({ length: 95 }, () => one(stream, 100)) }), 0);
      board.take(batch({ outcomes: Array.from({ length: 5 }, () => one(stream, 900)) }), 0);
      expect(p95(200)).toBe(900);
      // One in ten would take 900 ms, and is outrun a little after the hedge began: else p95 would fall to 100.
      for (let at = 0; at < 200; at += 1) {
        const answered = at % 10 === 0 ? one(stream, 910, told) : one(stream, 100);
        board.take(batch({ outcomes: [answered] }), 400);
      }
      expect(p95(600)).toBe(910);
      // Sooner than that, it says nothing.
      for (let at = 0; at < 100; at += 1) board.take(batch({ outcomes: [one(stream, 500, told)] }), 800);
      expect(p95(1_000)).toBe(910);
    }
  });

  it('C2 requests and tokens are those of the last minute, requests under way included', () => {
    const { board } = scene();
    board.take(batch({ outcomes: [outcome('a'), outcome('a', { failure: 'cancelled' })], inFlight: { a: 2 } }), 1_000);
    expect(board.view(1_000)('a')).toMatchObject({ requestsPerMinute: 4, tokensPerMinute: 80 });
    expect(board.view(62_000)('a')).toMatchObject({ requestsPerMinute: 2, tokensPerMinute: 0 });
  });
});

describe('circuits', () => {
  it('C6 are told of when they change, with the reason and the time', () => {
    const { board, changes, told } = scene();
    board.take(failing('a'), 1_000);
    expect(changes).toMatchObject([
      { deployment: { id: 'a' }, from: 'closed', to: 'open', reason: '5 failures in a row, the last: server-error' },
    ]);
    const { forMs = 0 } = changes[0]!;
    expect(board.view(2_000)('a')).toMatchObject({ circuit: 'open', opensAgainInMs: forMs - 1_000 });
    told();
    board.tick(1_000 + forMs);
    board.tick(2_000 + forMs);
    expect(told()).toEqual(['a half-open']);
    board.assigned('a', 2_000 + forMs);
    expect(board.view(2_000 + forMs)('a')).toMatchObject({ circuit: 'half-open', isProbed: true });
    board.take(batch({ outcomes: [outcome('a')], inFlight: { a: 0 } }), 3_000 + forMs);
    expect([told(), board.troubles(3_000 + forMs)]).toEqual([['a closed'], []]);
  });

  it('C6 a try that another router sent shows by what its worker has under way', () => {
    const { board, changes } = scene();
    board.take(failing('a'), 0);
    const nowMs = changes[0]?.forMs ?? 0;
    board.take(batch({ inFlight: { a: 1 } }), nowMs);
    expect(board.view(nowMs)('a')).toMatchObject({ circuit: 'half-open', isProbed: true });
  });

  it('C6 a person holds a circuit over what the breaker says, for a time or until it is released', () => {
    const { board, told } = scene();
    const hold = { by: 'master key', sinceUnixMs: 1, reason: 'maintenance' };
    board.hold('a', { hold: { ...hold, state: 'open' }, forMs: 5_000 }, 0);
    expect(board.view(1_000)('a')).toMatchObject({
      circuit: 'open',
      isHeld: true,
      opensAgainInMs: 4_000,
      circuitReason: 'held open by the master key: maintenance',
    });
    board.tick(5_000);
    expect([told(), board.view(5_000)('a').circuit]).toEqual([['a open', 'a closed'], 'closed']);
    board.hold('b', { hold: { ...hold, state: 'closed' }, forMs: Number.POSITIVE_INFINITY }, 6_000);
    board.take(failing('b'), 6_000);
    expect([told(), board.view(6_000)('b')]).toMatchObject([[], { circuit: 'closed', isHeld: true }]);
    expect(board.troubles(6_000)).toMatchObject([{ deployment: 'b', state: 'closed', untilMs: null }]);
    board.hold('b', null, 7_000);
    expect([told(), board.view(7_000)('b').circuit]).toEqual([['b open'], 'open']);
  });

  it('C6 a hold waits for its deployment, and outlives a new configuration; what left it is forgotten', () => {
    const { board, told } = scene([]);
    const hold = {
      hold: { state: 'open', by: 'master key', sinceUnixMs: 1 },
      forMs: Number.POSITIVE_INFINITY,
    } as const;
    board.hold('a', hold, 0);
    board.configure(DEPLOYMENTS, ROUTING_DEFAULTS);
    board.tick(1);
    expect([told(), board.view(1)('a').isHeld]).toEqual([['a open'], true]);
    board.take(failing('b'), 2);
    board.configure(DEPLOYMENTS.slice(2), ROUTING_DEFAULTS);
    expect([board.troubles(3), board.view(3)('b').circuit]).toEqual([[], 'closed']);
    board.configure(DEPLOYMENTS, ROUTING_DEFAULTS);
    expect([board.view(4)('a').circuit, board.view(4)('b').circuit]).toEqual(['open', 'closed']);
  });

  it('C6 a deployment’s own cooldown wins, and its own timeout is what it is measured by', () => {
    const own = aDeployment({ id: 'own', cooldownMs: 100, timeoutMs: 50 });
    const { board, changes } = scene([own]);
    const timeouts = (latencyMs: number) =>
      batch({ outcomes: Array.from({ length: 5 }, () => outcome('own', { failure: 'timeout', latencyMs })) });
    board.take(timeouts(49), 1_000);
    expect(changes).toEqual([]);
    board.take(timeouts(50), 1_000);
    expect(changes[0]?.forMs).toBeLessThanOrEqual(120);
  });

  it('C6 a deployment’s own cooldown wins over none for all others, and over the longest there is', () => {
    const own = aDeployment({ id: 'own', cooldownMs: 1_000_000 });
    const settings = { ...ROUTING_DEFAULTS, circuit: { ...ROUTING_DEFAULTS.circuit, openMs: 0 } };
    const { board, changes } = scene([own, ...DEPLOYMENTS], settings);
    board.take(failing('own'), 1);
    board.take(failing('a', 100), 1);
    expect(changes.map(({ deployment, to }) => `${deployment.id} ${to}`)).toEqual(['own open']);
    expect(changes[0]?.forMs).toBeGreaterThan(800_000);
  });

  it('Property: routers that hear the same hold the same, whatever each of them sends and whenever it looks', () => {
    const failure = fc.constantFrom<FailureClass | null>(
      null,
      null,
      'server-error',
      'timeout',
      'auth',
      'rate-limited',
      'cancelled',
    );
    const told = fc.record({
      deployment: fc.constantFrom('a', 'b'),
      failure,
      times: fc.integer({ min: 1, max: 6 }),
      latencyMs: fc.constantFrom(1, 300_000),
    });
    const event = fc.record({
      waitMs: fc.constantFrom(0, 50, 5_000, 20_000, 40_000),
      told,
      sends: fc.tuple(fc.boolean(), fc.boolean()),
      ticks: fc.tuple(fc.boolean(), fc.boolean()),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const routers = [scene(), scene()] as const;
        let nowMs = 0;
        for (const { waitMs, told: heard, sends, ticks } of events) {
          nowMs += waitMs;
          const outcomes = Array.from({ length: heard.times }, () =>
            outcome(heard.deployment, { ...heard, retryAfterMs: 900 }),
          );
          for (const [index, { board }] of routers.entries()) {
            if (ticks[index]) board.tick(nowMs);
            if (sends[index]) board.assigned(heard.deployment, nowMs);
            board.take(batch({ outcomes, inFlight: { [heard.deployment]: 1 } }), nowMs);
          }
          const [one, other] = routers.map(({ board }) =>
            board.troubles(nowMs).sort((left, right) => (left.deployment < right.deployment ? -1 : 1)),
          );
          expect(one).toEqual(other);
        }
      }),
    );
  });
});
