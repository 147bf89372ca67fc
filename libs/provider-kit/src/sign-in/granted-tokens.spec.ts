// No I/O: the token endpoint is a list of calls, the clock stands.
import type { ProviderFailure } from '@gateway/domain';
import { FakeClock } from '@gateway/testkit';
import fc from 'fast-check';
import type { ProviderHttp, ResponseSink } from '../provider-http';
import { GrantedTokens } from './granted-tokens';
import { type TokenGrant, TokenReadError } from './token-grant';

const GRANT: TokenGrant = {
  identity: 'one',
  call: { origin: 'https://login.example', path: '/t/token', method: 'POST', headers: {}, body: null },
  read: ({ status }, body) => {
    if (status === 200) return JSON.parse(body) as { token: string; lifetimeMs: number };
    if (status === 418) throw new Error('our own mistake');
    throw new TokenReadError(`status ${status}`, status < 500);
  },
};

/** The endpoint's end: calls that wait for an answer. */
function scene() {
  const clock = new FakeClock();
  const sinks: ResponseSink[] = [];
  let calls = 0;
  const http: ProviderHttp = {
    call: (_call, _timeouts, sink) => {
      calls += 1;
      sinks.push(sink);
      return { isSent: true, abort: () => undefined, pause: () => undefined, resume: () => undefined };
    },
    close: async () => undefined,
  };
  const answer = (status: number, body: object): void => {
    const sink = sinks.shift();
    if (!sink) throw new Error('nobody asked for a token');
    sink.onHead({ status, headers: {} });
    sink.onData(Buffer.from(JSON.stringify(body)));
    sink.onEnd();
  };
  const outcomes: (ProviderFailure | null)[] = [];
  const tokens = new GrantedTokens(GRANT, { http, nowMs: clock.now });
  return {
    tokens,
    clock,
    outcomes,
    calls: () => calls,
    waiting: () => sinks.length,
    obtain: () => tokens.obtain((failure) => outcomes.push(failure)),
    grants: (token: string, lifetimeMs: number) => answer(200, { token, lifetimeMs }),
    answer,
    breaks: (failure: ProviderFailure) => sinks.shift()?.onFailure(failure),
  };
}

const HOUR_MS = 3_600_000;

describe('B5 tokens of a sign-in', () => {
  it('are fetched by one call, however many ask meanwhile, and used from then on', () => {
    const desk = scene();
    expect(desk.tokens.current()).toBeNull();
    for (let index = 0; index < 50; index++) desk.obtain();
    expect([desk.calls(), desk.outcomes.length]).toEqual([1, 0]);
    desk.grants('first', HOUR_MS);
    expect(desk.outcomes).toEqual(new Array(50).fill(null));
    for (let index = 0; index < 50; index++) expect(desk.tokens.current()).toBe('first');
    desk.obtain();
    expect([desk.calls(), desk.outcomes.length]).toEqual([1, 51]);
  });

  it('are renewed before they end, while the old one is used on', () => {
    const desk = scene();
    desk.obtain();
    desk.grants('first', HOUR_MS);
    desk.clock.advance(HOUR_MS - 300_001);
    expect([desk.tokens.current(), desk.calls()]).toEqual(['first', 1]);
    desk.clock.advance(1);
    expect([desk.tokens.current(), desk.tokens.current(), desk.calls()]).toEqual(['first', 'first', 2]);
    desk.grants('second', HOUR_MS);
    expect(desk.tokens.current()).toBe('second');
    expect(desk.calls()).toBe(2);
  });

  it('outlive a renewal that fails, which is tried again after a pause', () => {
    const desk = scene();
    desk.obtain();
    desk.grants('first', HOUR_MS);
    desk.clock.advance(HOUR_MS - 200_000);
    expect(desk.tokens.current()).toBe('first');
    desk.answer(503, {});
    expect([desk.tokens.current(), desk.calls()]).toEqual(['first', 2]);
    desk.clock.advance(10_000);
    expect([desk.tokens.current(), desk.calls()]).toEqual(['first', 3]);
    desk.clock.advance(160_000);
    expect(desk.tokens.current()).toBeNull();
  });

  it('are given up when the provider refuses one that was good, not when it refuses a new one', () => {
    const desk = scene();
    desk.obtain();
    desk.grants('first', HOUR_MS);
    desk.tokens.refuse('first');
    expect(desk.tokens.current()).toBe('first');
    desk.clock.advance(10_000);
    desk.tokens.refuse('another');
    expect(desk.tokens.current()).toBe('first');
    desk.tokens.refuse('first');
    expect(desk.tokens.current()).toBeNull();
  });

  it.each([
    ['a refusal', 401, 'auth'],
    ['an endpoint that fails', 503, 'server-error'],
    ['our own mistake', 418, 'server-error'],
  ] as const)('%s reaches everybody who waits, once, and the next one asks again', (_name, status, failureClass) => {
    const desk = scene();
    desk.obtain();
    desk.obtain();
    desk.answer(status, {});
    expect(desk.outcomes).toMatchObject([{ class: failureClass }, { class: failureClass }]);
    expect(desk.outcomes[0]?.message).toContain('https://login.example');
    desk.obtain();
    desk.grants('first', HOUR_MS);
    expect([desk.calls(), desk.outcomes[2]]).toEqual([2, null]);
  });

  it('are asked for anew at every sign-in where it says something else each time, or has nothing to say', () => {
    const said: string[] = [];
    const http: ProviderHttp = {
      call: ({ path }) => {
        said.push(path);
        return { isSent: true, abort: () => undefined, pause: () => undefined, resume: () => undefined };
      },
      close: async () => undefined,
    };
    const at = (callAt: TokenGrant['callAt']) =>
      new GrantedTokens({ ...GRANT, callAt }, { http, nowMs: () => 0, unixMs: () => 5_000 });
    at(({ nowUnixMs }) => ({ ...GRANT.call, path: `/at/${nowUnixMs}` })).obtain(() => undefined);
    expect(said).toEqual(['/at/5000']);
    const outcomes: (ProviderFailure | null)[] = [];
    const unreadable = at(({ readText }) => ({ ...GRANT.call, path: readText('/no/such/file') }));
    unreadable.obtain((failure) => outcomes.push(failure));
    unreadable.obtain((failure) => outcomes.push(failure));
    expect(outcomes).toMatchObject([
      { class: 'auth', message: 'no token from https://login.example: /no/such/file cannot be read (ENOENT)' },
      { class: 'auth' },
    ]);
    expect(said).toHaveLength(1);
  });

  it('a connection that breaks is no interrupted answer: no provider was called', () => {
    const desk = scene();
    desk.obtain();
    desk.breaks({ class: 'interrupted', message: 'reset' });
    expect(desk.outcomes).toMatchObject([{ class: 'connect' }]);
  });

  it('never are used after their end, and never fetched twice at a time, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
      fc.record({ do: fc.constantFrom('ask' as const, 'use' as const, 'fail' as const) }),
      fc.record({ do: fc.constant('grant' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const desk = scene();
        const ends = new Map<string, number>();
        for (const [index, todo] of steps.entries()) {
          if (todo.do === 'wait') desk.clock.advance(todo.ms);
          if (todo.do === 'ask') desk.obtain();
          if (todo.do === 'fail' && desk.waiting() > 0) desk.answer(500, {});
          if (todo.do === 'grant' && desk.waiting() > 0) {
            ends.set(`t${index}`, desk.clock.now() + todo.ms);
            desk.grants(`t${index}`, todo.ms);
          }
          const token = desk.tokens.current();
          if (token !== null) expect(ends.get(token)).toBeGreaterThan(desk.clock.now());
          expect(desk.waiting()).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
