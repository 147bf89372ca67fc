import { FAILURE_CLASSES } from '@gateway/domain';
import { applyBodyQuirks } from '../apply-body-quirks';
import type { ChatAdapter, ProviderCall, ProviderTarget } from '../chat-adapter';
import { ERROR_SAMPLES } from './error-samples/error-samples';

/** How the real provider takes a call, played by a pure function. */
export interface EmulatedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ChatAdapterCase {
  readonly adapter: ChatAdapter;
  /** A target as configuration would give it, with `overrides` put over it. */
  makeTarget(overrides?: Partial<ProviderTarget>): ProviderTarget;
  /**
   * Checks URL, method, authentication and required headers as the provider does: 200, or its own error document. For
   * a refused key it echoes the key, which some providers really do.
   */
  emulate(call: ProviderCall, expectedKey: string): EmulatedReply;
  /** For adapters of some models only. Default `m`. */
  readonly providerModel?: string;
  /** What a stream is asked for in, where that is not server-sent events. */
  readonly streamAccept?: string;
}

/** No vendor's shape on purpose: adapters must not depend on a pattern to keep it out of errors they cause. */
const KEY = 'sk-conformance-0123456789abcdef';
const BODY = new TextEncoder().encode('{"model":"m"}');

/** Headers of the client's that would change who calls, where to, or how the message is framed. */
const NEVER_FORWARDED = [
  'authorization',
  'x-api-key',
  'cookie',
  'host',
  'content-length',
  'connection',
  'x-forwarded-for',
];

/** Both sides of every border between classes, and the numbers nobody should send. */
const STATUSES = [0, 100, 200, 299, 300, 308, 399, 400, 401, 403, 404, 418, 429, 451, 499, 500, 529, 599, 600, 999];

/** What every chat adapter must do; each implementation runs it from its own spec. */
export function describeChatAdapter(name: string, subject: ChatAdapterCase): void {
  describe(`${name} as a chat adapter`, () => {
    describe('builds a call', () => callTests(subject));
    describe('takes headers', () => headerTests(subject));
    describe('classifies', () => errorTests(subject));
    describe('has quirks', () => quirkTests(subject));
  });
}

function build(subject: ChatAdapterCase, overrides: Partial<ProviderTarget> = {}): ProviderCall {
  const { adapter, makeTarget, providerModel = 'm' } = subject;
  return adapter.buildChatCall(makeTarget({ apiKey: KEY, ...overrides }), BODY, { providerModel, stream: false });
}

function callTests(subject: ChatAdapterCase): void {
  const { adapter, makeTarget, emulate } = subject;

  it('that the provider accepts', () => {
    expect(emulate(build(subject), KEY)).toMatchObject({ status: 200 });
  });

  it('with the body as it is, streamed or not', () => {
    for (const stream of [false, true]) {
      const call = adapter.buildChatCall(makeTarget({ apiKey: KEY }), BODY, {
        providerModel: subject.providerModel ?? 'm',
        stream,
      });
      expect(call.body).toBe(BODY);
      expect(call.method).toBe('POST');
      expect(call.headers['content-type']).toBe('application/json');
      expect(call.headers.accept).toBe(stream ? (subject.streamAccept ?? 'text/event-stream') : 'application/json');
    }
  });

  it('to the same place when the base URL has a trailing slash', () => {
    const { baseUrl } = makeTarget();
    const [plain, slashed] = [build(subject), build(subject, { baseUrl: `${baseUrl}/` })];
    expect([slashed.origin, slashed.path]).toEqual([plain.origin, plain.path]);
  });

  it('that keeps port and query of the base URL', () => {
    const url = new URL(makeTarget().baseUrl);
    url.port = '8443';
    url.search = '?region=1';
    const call = build(subject, { baseUrl: url.toString() });
    expect(call.origin).toBe(url.origin);
    const [plain, kept] = [build(subject).path, call.path].map((path) => new URL(path, 'http://x'));
    expect(kept?.pathname).toBe(plain?.pathname);
    // The provider's own query, where it has one, stays beside it.
    const query = [...(plain?.searchParams ?? []), ['region', '1']];
    expect([...(kept?.searchParams ?? [])].sort()).toEqual(query.sort());
  });

  it('without credentials when there is no key', () => {
    const call = build(subject, { apiKey: null });
    expect(Object.keys(call.headers).filter((header) => /auth|key|token/.test(header))).toEqual([]);
  });

  it('with the key in headers only', () => {
    const call = build(subject);
    expect(call.origin + call.path).not.toContain(KEY);
    expect(Object.values(call.headers).some((value) => value.includes(KEY))).toBe(true);
  });
}

function headerTests(subject: ChatAdapterCase): void {
  const { adapter, makeTarget, emulate } = subject;

  it('of the client only where they cannot do harm', () => {
    const forwardHeaders = Object.fromEntries(NEVER_FORWARDED.map((header) => [header, 'from-the-client']));
    const call = adapter.buildChatCall(makeTarget({ apiKey: KEY }), BODY, {
      providerModel: subject.providerModel ?? 'm',
      stream: false,
      forwardHeaders,
    });
    expect(Object.values(call.headers)).not.toContain('from-the-client');
    expect(emulate(call, KEY)).toMatchObject({ status: 200 });
  });

  it('of the configuration, over its own, in any case', () => {
    const call = build(subject, { extraHeaders: { 'X-Team': 'a', 'User-Agent': 'ours' } });
    expect(call.headers).toMatchObject({ 'x-team': 'a', 'user-agent': 'ours' });
    expect(Object.keys(call.headers).filter((header) => header !== header.toLowerCase())).toEqual([]);
  });

  it('of nobody that frame the message: those are the HTTP client’s', () => {
    const call = build(subject, {
      extraHeaders: { Host: 'evil', 'Content-Length': '1', 'Transfer-Encoding': 'chunked' },
    });
    expect(
      Object.keys(call.headers).filter((header) => /^(?:host|content-length|transfer-encoding)$/.test(header)),
    ).toEqual([]);
  });
}

function errorTests(subject: ChatAdapterCase): void {
  const { adapter, emulate } = subject;

  it.each(ERROR_SAMPLES[adapter.wire].map((sample) => [sample.name, sample] as const))('%s', (_name, sample) => {
    const failure = adapter.classifyError({ status: sample.status, headers: sample.headers ?? {} }, sample.body);
    expect(failure).toMatchObject({
      class: sample.class,
      status: sample.status,
      ...(sample.providerCode !== undefined && { providerCode: sample.providerCode }),
      ...(sample.param !== undefined && { param: sample.param }),
      ...(sample.retryAfterMs !== undefined && { retryAfterMs: sample.retryAfterMs }),
    });
  });

  it('a refused key as `auth`, without showing it', () => {
    const reply = emulate(build(subject), 'another-key');
    expect(reply.body).toContain(KEY);
    const failure = adapter.classifyError(reply, reply.body);
    expect(failure.class).toBe('auth');
    expect(JSON.stringify(failure)).not.toContain(KEY);
  });

  it('every status into the closed set, in one short line', () => {
    for (const status of STATUSES) {
      const failure = adapter.classifyError(
        { status, headers: {} },
        `{"error":{"message":"a\\nb\\u0000${'c'.repeat(2000)}"}}`,
      );
      expect(FAILURE_CLASSES).toContain(failure.class);
      expect(failure.message.length).toBeLessThanOrEqual(500);
      expect(failure.message).not.toMatch(/[\n\r\0]/);
    }
  });
}

function quirkTests({ adapter }: ChatAdapterCase): void {
  const all = [
    ...(adapter.quirks === null ? [] : [adapter.quirks]),
    ...(adapter.modelQuirks ?? []).map((one) => one.quirks),
  ];

  it('that rename and drop without contradiction', () => {
    for (const { rename, unsupported, hints = [] } of all) {
      const fields = [...Object.keys(rename), ...unsupported, ...hints];
      expect(new Set(fields).size).toBe(fields.length);
      expect(Object.values(rename).filter((field) => fields.includes(field))).toEqual([]);
      // Quirks cost a parse of every body: a provider without any must say null.
      expect(fields.length).toBeGreaterThan(0);
    }
  });

  it('that leave a body with the provider’s names only', () => {
    for (const quirks of all) {
      const body: Record<string, unknown> = { model: 'm' };
      for (const field of [...Object.keys(quirks.rename), ...quirks.unsupported, ...(quirks.hints ?? [])]) {
        body[field] = `value of ${field}`;
      }
      const expected = Object.entries(quirks.rename).map(([from, to]) => [to, `value of ${from}`]);
      applyBodyQuirks(body, quirks, true);
      expect(body).toEqual({ model: 'm', ...Object.fromEntries(expected) });
    }
  });
}
