// Real: the whole mesh; bytes that no HTTP library would send come over bare sockets. Emulated: the providers.
import { gzipSync } from 'node:zlib';
import { startTestMesh, type TestMesh } from '@gateway/local';
import fc from 'fast-check';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { rawExchange, rawPost } from './support/raw-http';
import { claudeModel, configurationYaml, gptModel, MOCK_MODELS } from './support/test-configuration';

const LIMIT_BYTES = 2 * 1024 * 1024;
const USER = [{ role: 'user', content: 'Please write 3 tokens' }];
const CHAT = { model: 'mock-gpt', messages: USER };
const MESSAGES = { model: 'mock-claude', max_tokens: 10, messages: USER };

let mesh: TestMesh;
let gateway: GatewayHttp;
let emulators: { openAi: EmulatorControl; anthropic: EmulatorControl };
let pids: (number | undefined)[];

beforeAll(async () => {
  mesh = await startTestMesh({
    configYaml: configurationYaml(
      [
        ...MOCK_MODELS,
        claudeModel('strict-claude', { litellm_params: { model: 'anthropic/mock-claude', drop_params: false } }),
        claudeModel('lenient-claude', { litellm_params: { model: 'anthropic/mock-claude', drop_params: true } }),
        gptModel('strict-gpt', { litellm_params: { model: 'openai/mock-gpt', drop_params: false } }),
        gptModel('lenient-gpt', { litellm_params: { model: 'openai/mock-gpt', drop_params: true } }),
      ],
      { general_settings: { max_request_size_mb: 2 } },
    ),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  emulators = emulatorsOf(mesh);
  pids = mesh.instances.map((instance) => instance.pid);
});

/** Whatever a test sent: everybody is still there, and serves. */
afterEach(async () => {
  expect((await gateway.chat(CHAT)).status).toBe(200);
  expect(mesh.instances.map((instance) => instance.pid)).toEqual(pids);
});

afterAll(() => mesh?.stop());

function expectOpenAiError(answer: GatewayAnswer, expected: { status: number; code?: string; param?: string }): void {
  const { error } = answer.json<{ error: Record<string, unknown> }>();
  expect({ status: answer.status, ...error }).toMatchObject(expected);
  expect(error).toMatchObject({ message: expect.stringMatching(/./), type: expect.stringMatching(/./) });
  expect(answer.headers['x-request-id']).toMatch(/./);
}

function expectAnthropicError(answer: GatewayAnswer, status: number, type: string): void {
  expect(answer.status).toBe(status);
  expect(answer.json()).toMatchObject({ type: 'error', error: { type, message: expect.stringMatching(/./) } });
  expect(answer.headers['x-request-id']).toMatch(/./);
}

describe('bodies that are no request', () => {
  it.each<[string, string | Buffer]>([
    ['empty', ''],
    ['cut off', '{"model":"mock-gpt","messages":['],
    ['two documents', '{}{}'],
    ['a trailing comma', '{"model":"mock-gpt",}'],
    [
      'not UTF-8',
      Buffer.concat([Buffer.from('{"model":"mock-gpt","user":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    ],
    ['half a UTF-8 character', Buffer.from('{"model":"mock-gpt","user":"🌊').subarray(0, 31)],
    ['nested 100,000 deep', `{"model":"mock-gpt","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['nested 70 deep in objects', `{"model":"mock-gpt","x":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`],
    ['NUL bytes', Buffer.alloc(64)],
  ])('A15 %s', async (_title, body) => {
    expectOpenAiError(await gateway.chat(body), { status: 400, code: 'invalid_json' });
    expectAnthropicError(await gateway.messages(body), 400, 'invalid_request_error');
  });

  it.each(['null', '[]', '"text"', '17', 'true'])('A15 %s instead of an object', async (body) => {
    expect((await gateway.chat(body)).status).toBe(400);
    expectAnthropicError(await gateway.messages(body), 400, 'invalid_request_error');
  });

  it('A15 a compressed body is refused, and says what to do', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const answer = await gateway.chat(gzipSync(JSON.stringify(CHAT)), { headers });
    expectOpenAiError(answer, { status: 415, code: 'unsupported_media_type' });
    expect(answer.text).toContain('Content-Encoding');
  });

  it('A15 a missing or strange content-type is no reason to refuse good JSON', async () => {
    const body = JSON.stringify(CHAT);
    const lines = ['Host: x', `Authorization: Bearer ${mesh.masterKey}`, `Content-Length: ${body.length}`];
    expect((await rawExchange(mesh.url, rawPost('/v1/chat/completions', body, lines))).status).toBe(200);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=x', 'nonsense'])
      expect((await gateway.chat(body, { headers: { 'content-type': type } })).status).toBe(200);
  });
});

describe('fields of the wrong type', () => {
  it.each<[string, Record<string, unknown>]>([
    ['model', { messages: USER }],
    ['model', { ...CHAT, model: 17 }],
    ['model', { ...CHAT, model: null }],
    ['model', { ...CHAT, model: '' }],
    ['messages', { model: 'mock-gpt' }],
    ['messages', { ...CHAT, messages: 'hello' }],
    ['messages', { ...CHAT, messages: { 0: USER[0] } }],
    ['messages', { ...CHAT, messages: [null] }],
    ['messages', { ...CHAT, messages: [{ role: 'wizard', content: 'x' }] }],
    ['messages', { ...CHAT, messages: [{ role: 'user', content: 5 }] }],
    ['temperature', { ...CHAT, temperature: 'hot' }],
    ['temperature', { ...CHAT, temperature: 5 }],
    ['max_tokens', { ...CHAT, max_tokens: 'x' }],
    ['max_tokens', { ...CHAT, max_tokens: -1 }],
    ['stream', { ...CHAT, stream: 'yes' }],
    ['tools', { ...CHAT, tools: {} }],
    ['n', { ...CHAT, n: 1.5 }],
    ['response_format', { ...CHAT, response_format: 'json' }],
    ['stop', { ...CHAT, stop: 5 }],
  ])('A15 names %s (%#)', async (param, body) => {
    const answer = await gateway.chat(body);
    expectOpenAiError(answer, { status: 400, code: 'invalid_request' });
    expect(answer.json<{ error: { param: string } }>().error.param).toMatch(new RegExp(`^${param}\\b`));
  });

  it.each<[string, Record<string, unknown>]>([
    ['model', { ...MESSAGES, model: 17 }],
    ['max_tokens', { ...MESSAGES, max_tokens: undefined }],
    ['max_tokens', { ...MESSAGES, max_tokens: 'x' }],
    ['messages', { ...MESSAGES, messages: 'hello' }],
    ['messages', { ...MESSAGES, messages: [{ role: 'user', content: 5 }] }],
    ['system', { ...MESSAGES, system: 5 }],
    ['stream', { ...MESSAGES, stream: 1 }],
    ['temperature', { ...MESSAGES, temperature: 2 }],
    ['stop_sequences', { ...MESSAGES, stop_sequences: 'x' }],
    ['tools', { ...MESSAGES, tools: 'x' }],
  ])('A15 names %s in Anthropic’s shape (%#)', async (field, body) => {
    const answer = await gateway.messages(body);
    expectAnthropicError(answer, 400, 'invalid_request_error');
    expect(answer.json<{ error: { message: string } }>().error.message).toContain(field);
  });

  it.each([
    '{"model":"mock-gpt","model":"mock-claude","messages":[{"role":"user","content":"x"}]}',
    '{"model":"mock-gpt","messages":[{"role":"user","content":"x"}],"\\u006dodel":"mock-claude"}',
    '{"model":"mock-gpt","messages":[{"role":"user","content":"x"}],"stream":false,"stream":true}',
  ])('A15 a deciding field that is given twice is refused: %s', async (body) => {
    const answer = await gateway.chat(body);
    expectOpenAiError(answer, { status: 400, code: 'invalid_request' });
    expect(['model', 'stream']).toContain(answer.json<{ error: { param: string } }>().error.param);
  });
});

describe('bodies over the limit', () => {
  it('A15 413 by Content-Length, before the body is sent', async () => {
    const lines = ['Host: x', `Authorization: Bearer ${mesh.masterKey}`, 'Content-Type: application/json'];
    const announced = rawPost('/v1/chat/completions', '', [...lines, `Content-Length: ${LIMIT_BYTES + 1}`]);
    const answer = await rawExchange(mesh.url, announced);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'payload_too_large' } });
  });

  it('A15 413 for a chunked body, whose size nobody announced', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const frame = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
    const body = Buffer.concat([...Array.from({ length: 34 }, () => frame), Buffer.from('0\r\n\r\n')]);
    for (const [path, shape] of [
      ['/v1/chat/completions', { error: { code: 'payload_too_large' } }],
      ['/v1/messages', { type: 'error', error: { type: 'request_too_large' } }],
    ] as const) {
      const lines = ['Host: x', `x-api-key: ${mesh.masterKey}`, 'Transfer-Encoding: chunked'];
      const answer = await rawExchange(mesh.url, rawPost(path, body, lines));
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body)).toMatchObject(shape);
    }
  });

  it('A15 a body of exactly the limit is taken', async () => {
    const empty = JSON.stringify({ ...CHAT, x_padding: '' });
    const body = JSON.stringify({ ...CHAT, x_padding: 'x'.repeat(LIMIT_BYTES - empty.length) });
    expect(Buffer.byteLength(body)).toBe(LIMIT_BYTES);
    expect((await gateway.chat(body)).status).toBe(200);
    expectOpenAiError(await gateway.chat(`${body} `), { status: 413 });
  });

  it('A15 a body of 1.5 MB is served', async () => {
    const content = 'words '.repeat(250_000);
    expect((await gateway.chat({ ...CHAT, max_tokens: 3, messages: [{ role: 'user', content }] })).status).toBe(200);
  });

  it('A15 admin calls have a limit too', async () => {
    const answer = await gateway.send({ path: '/key/generate', body: { key_alias: 'x'.repeat(3_000_000) } });
    expectOpenAiError(answer, { status: 413 });
  });
});

describe('routes that are not there', () => {
  it.each([
    ['GET', '/v1/nothing', 404],
    ['POST', '/v1/chat/completion', 404],
    ['GET', '/', 404],
    ['GET', '/v1/chat/completions', 405],
    ['DELETE', '/v1/models', 405],
    ['GET', '/key/generate', 405],
  ] as const)('A15 %s %s is %d in OpenAI’s shape', async (method, path, status) => {
    const answer = await gateway.send({ method, path });
    expectOpenAiError(answer, { status, code: status === 404 ? 'not_found' : 'method_not_allowed' });
    if (status === 405) expect(answer.headers.allow).toMatch(/GET|POST/);
  });

  it.each([
    ['GET', '/v1/messages', 405, 'invalid_request_error'],
    ['PUT', '/messages', 405, 'invalid_request_error'],
    ['POST', '/v1/messages/batches/nothing', 404, 'not_found_error'],
    ['GET', '/v1/messages/nothing', 404, 'not_found_error'],
  ] as const)('A15 %s %s is %d in Anthropic’s shape', async (method, path, status, type) => {
    const answer = await gateway.send({ method, path });
    expectAnthropicError(answer, status, type);
    if (status === 405) expect(answer.headers.allow).toBe('POST');
  });
});

describe('HTTP that is none, over a bare socket', () => {
  const auth = (): string => `Authorization: Bearer ${mesh.masterKey}`;
  const body = JSON.stringify(CHAT);
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

  it.each<[string, number, () => string | Buffer]>([
    [
      'Content-Length and Transfer-Encoding',
      400,
      () =>
        rawPost('/v1/chat/completions', chunked, [
          'Host: x',
          auth(),
          'Content-Length: 5',
          'Transfer-Encoding: chunked',
        ]),
    ],
    [
      'two different Content-Lengths',
      400,
      () =>
        rawPost('/v1/chat/completions', body, [
          'Host: x',
          auth(),
          'Content-Length: 1',
          `Content-Length: ${body.length}`,
        ]),
    ],
    [
      'a negative Content-Length',
      400,
      () => rawPost('/v1/chat/completions', body, ['Host: x', auth(), 'Content-Length: -1']),
    ],
    [
      'an unknown Transfer-Encoding',
      400,
      () => rawPost('/v1/chat/completions', chunked, ['Host: x', auth(), 'Transfer-Encoding: chunked, x']),
    ],
    [
      'a chunk size that is no number',
      400,
      () => rawPost('/v1/chat/completions', 'zz\r\nx\r\n0\r\n\r\n', ['Host: x', auth(), 'Transfer-Encoding: chunked']),
    ],
    [
      'a folded header',
      400,
      () =>
        rawPost('/v1/chat/completions', body, [
          'Host: x',
          auth(),
          'X-A: 1\r\n folded',
          `Content-Length: ${body.length}`,
        ]),
    ],
    [
      'a space before the colon',
      400,
      () => rawPost('/v1/chat/completions', body, ['Host: x', auth(), `Content-Length : ${body.length}`]),
    ],
    ['a NUL in a header', 400, () => rawPost('/v1/models', '', ['Host: x', auth(), 'X-A: a\0b', 'Content-Length: 0'])],
    ['a bare line feed in a header', 400, () => `GET /v1/models HTTP/1.1\r\nHost: x\r\n${auth()}\nX-A: 1\r\r\n\r\n`],
    ['64 KB of headers', 431, () => rawPost('/v1/models', '', ['Host: x', auth(), `X-A: ${'a'.repeat(65_536)}`])],
    [
      'ten thousand headers',
      431,
      () =>
        rawPost('/v1/models', '', [
          'Host: x',
          auth(),
          ...Array.from({ length: 10_000 }, (_, index) => `X-${index}: 1`),
        ]),
    ],
    ['an invented method', 400, () => `FOO /v1/models HTTP/1.1\r\nHost: x\r\n${auth()}\r\n\r\n`],
    ['a later HTTP version', 400, () => `GET /v1/models HTTP/9.9\r\nHost: x\r\n${auth()}\r\n\r\n`],
    ['no HTTP at all', 400, () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n'],
    ['a broken percent escape', 400, () => `GET /v1/%zz HTTP/1.1\r\nHost: x\r\n${auth()}\r\n\r\n`],
  ])('A15 %s is %d, answered once, and the connection closed', async (title, status, bytes) => {
    const answer = await rawExchange(mesh.url, bytes());
    expect({ title, status: answer.status, responses: answer.responses }).toEqual({ title, status, responses: 1 });
    expect(JSON.parse(answer.body)).toMatchObject({ error: { message: expect.stringMatching(/./) } });
  });

  it.each(['x/#@y', 'a b', '[::1', '..', 'evil.example:99999', '$' + '{jndi}'])(
    'A15 Host: %s changes nothing',
    async (host) => {
      const answer = await rawExchange(
        mesh.url,
        rawPost('/v1/chat/completions', body, [`Host: ${host}`, auth(), `Content-Length: ${body.length}`]),
      );
      expect([200, 400]).toContain(answer.status);
      expect(answer.responses).toBe(1);
    },
  );

  it.each([
    '/v1/chat/completions/../../key/generate',
    '//v1/models',
    '/v1/models%00',
    '/v1/models;a=b',
    '/V1/MODELS',
    '/v1/models/',
    `/${'a'.repeat(10_000)}`,
    '/__proto__',
    '/v1/%2e%2e/key/info',
    'http://other.example/v1/nothing',
  ])('A15 GET %s is a plain 4xx', async (target) => {
    const answer = await rawExchange(mesh.url, `GET ${target} HTTP/1.1\r\nHost: x\r\n${auth()}\r\n\r\n`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it('A15 no Host is 400', async () => {
    const answer = await rawExchange(mesh.url, `GET /v1/models HTTP/1.1\r\n${auth()}\r\n\r\n`);
    expect([answer.status, answer.responses]).toEqual([400, 1]);
  });

  it('A15 a smuggled second request is never served', async () => {
    const hidden = `GET /key/info HTTP/1.1\r\nHost: x\r\n${auth()}\r\n\r\n`;
    const outer = rawPost('/v1/chat/completions', `0\r\n\r\n${hidden}`, [
      'Host: x',
      auth(),
      `Content-Length: ${5 + hidden.length}`,
      'Transfer-Encoding: chunked',
    ]);
    const answer = await rawExchange(mesh.url, outer);
    expect([answer.status, answer.responses]).toEqual([400, 1]);
  });
});

describe('fields the other wire does not have', () => {
  it.each([
    ['logit_bias', { logit_bias: { 17: 5 } }],
    ['seed', { seed: 7 }],
    ['x_of_the_future', { x_of_the_future: { a: 1 } }],
  ])('B3 %s is refused by name, or dropped with drop_params', async (field, extra) => {
    const refused = await gateway.chat({ ...CHAT, ...extra, model: 'strict-claude' });
    expectOpenAiError(refused, { status: 400, code: 'unsupported_parameter', param: field });
    await emulators.anthropic.reset();
    expect((await gateway.chat({ ...CHAT, ...extra, model: 'lenient-claude' })).status).toBe(200);
    expect((await emulators.anthropic.onlyRequest()).body).not.toContain(field);
  });

  it.each([
    ['top_k', { top_k: 5 }],
    ['x_of_the_future', { x_of_the_future: { a: 1 } }],
  ])('B3 Anthropic’s %s is refused by name, or dropped with drop_params', async (field, extra) => {
    const refused = await gateway.messages({ ...MESSAGES, ...extra, model: 'strict-gpt' });
    expectAnthropicError(refused, 400, 'invalid_request_error');
    expect(refused.text).toContain(field);
    await emulators.openAi.reset();
    expect((await gateway.messages({ ...MESSAGES, ...extra, model: 'lenient-gpt' })).status).toBe(200);
    expect((await emulators.openAi.onlyRequest()).body).not.toContain(field);
  });

  it('B3 on the same wire they pass, whatever drop_params says', async () => {
    for (const model of ['strict-gpt', 'lenient-gpt']) {
      await emulators.openAi.reset();
      expect((await gateway.chat({ ...CHAT, model, x_of_the_future: { a: 1 } })).status).toBe(200);
      expect(JSON.parse((await emulators.openAi.onlyRequest()).body)).toMatchObject({ x_of_the_future: { a: 1 } });
    }
  });
});

describe('anything at all', () => {
  it('A15 no body of known fields with unknown values is a 5xx, on either wire, at either provider', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(null, -1, 1e308, '', [], {}, [[]], [{}], [{ type: 'text' }], { type: 'function' }),
    );
    const field = fc.constantFrom(
      'messages',
      'temperature',
      'max_tokens',
      'tools',
      'tool_choice',
      'response_format',
      'stop',
      'stop_sequences',
      'system',
      'stream_options',
      'thinking',
      'reasoning_effort',
      'n',
      'metadata',
      'output_config',
      'user',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(field, value, { maxKeys: 3 }),
        fc.constantFrom('mock-gpt', 'mock-claude', 'lenient-claude', 'lenient-gpt'),
        fc.constantFrom('chat', 'messages'),
        fc.boolean(),
        async (fields, model, wire, stream) => {
          const base = wire === 'chat' ? CHAT : MESSAGES;
          const answer = await gateway[wire as 'chat' | 'messages']({ ...base, ...fields, model, stream });
          expect(answer.status).toBeLessThan(500);
        },
      ),
      { numRuns: 400 },
    );
  });
});
