import fc from 'fast-check';
import { timeoutFailure, transportFailure } from './transport-failure';

const PHASES = ['waiting', 'sent', 'body'] as const;

function errorWith(code: unknown, name = 'Error'): Error {
  return Object.assign(new Error('secret-host.internal 10.0.0.1'), { code, name });
}

describe('transportFailure', () => {
  it.each([
    ['waiting', false, 'ECONNREFUSED', 'connect', 'refused'],
    ['waiting', false, 'ENOTFOUND', 'connect', 'host name'],
    ['waiting', false, 'UND_ERR_CONNECT_TIMEOUT', 'connect', 'in time'],
    ['waiting', false, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'connect', 'TLS'],
    ['waiting', false, 'ERR_TLS_CERT_ALTNAME_INVALID', 'connect', 'TLS'],
    ['sent', true, 'UND_ERR_SOCKET', 'connect', 'kept-alive'],
    ['sent', false, 'UND_ERR_SOCKET', 'connect', 'may have run (and bill)'],
    ['body', false, 'UND_ERR_SOCKET', 'interrupted', 'before its end'],
  ] as const)('%s, reused %s, %s → %s', (phase, reusedConnection, code, expected, words) => {
    const failure = transportFailure(errorWith(code), { phase, reusedConnection });
    expect(failure.class).toBe(expected);
    expect(failure.message).toContain(words);
  });

  it('calls an answer that is not HTTP by its name', () => {
    const failure = transportFailure(errorWith(undefined, 'HTTPParserError'), {
      phase: 'sent',
      reusedConnection: false,
    });
    expect(failure).toMatchObject({ class: 'connect', message: expect.stringContaining('not HTTP') });
  });

  it('always says `interrupted` after the head and `connect` before it, and never names the host', () => {
    const code = fc.oneof(fc.string(), fc.integer(), fc.constant(undefined), fc.constantFrom('ECONNRESET', 'EPIPE'));
    fc.assert(
      fc.property(code, fc.constantFrom(...PHASES), fc.boolean(), (anyCode, phase, reusedConnection) => {
        const failure = transportFailure(errorWith(anyCode), { phase, reusedConnection });
        expect(failure.class).toBe(phase === 'body' ? 'interrupted' : 'connect');
        expect(failure.message).not.toContain('internal');
      }),
    );
  });
});

describe('timeoutFailure', () => {
  it.each([
    ['waiting', 'connect'],
    ['sent', 'timeout'],
    ['body', 'interrupted'],
  ] as const)('%s → %s, with the limit', (phase, expected) => {
    expect(timeoutFailure(phase, 1234)).toEqual({ class: expected, message: expect.stringContaining('1234 ms') });
  });
});
