import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { AccountsDefinition } from '@gateway/contracts';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { createGrpcClient } from './grpc/create-grpc-client';

const FIXTURES = join(__dirname, '__fixtures__');
type Line = Readonly<Record<string, unknown>>;

/** The tiny service of `__fixtures__` as a real process; nothing else is involved. */
class TinyService {
  readonly lines: Line[] = [];
  stderr = '';
  private readonly exited: Promise<number | null>;
  private readonly waiting = new Set<() => void>();

  private constructor(readonly process: ChildProcess) {
    let rest = '';
    process.stdout!.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop()!;
      this.lines.push(...parts.map((line): Line => JSON.parse(line)));
      for (const look of this.waiting) look();
    });
    process.stderr!.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exited = once(process, 'close').then(([code]) => code as number | null);
  }

  static start(behaviour: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): TinyService {
    const child = spawn(
      process.execPath,
      ['--require', join(FIXTURES, 'register-typescript.cjs'), join(FIXTURES, 'tiny-service.ts'), ...behaviour],
      {
        env: {
          PATH: process.env.PATH,
          LLM_GATEWAY_DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/none',
          LLM_GATEWAY_LOG_FORMAT: 'json',
          ...environment,
        },
      },
    );
    return new TinyService(child);
  }

  static async up(...input: Parameters<typeof TinyService.start>): Promise<TinyService> {
    const service = TinyService.start(...input);
    await service.line('cost-ledger is up');
    return service;
  }

  /** The first log line with this message, now or later; fails when the process ends without it. */
  async line(message: string): Promise<Line> {
    const find = () => this.lines.find(({ msg }) => msg === message);
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
      void this.exited.then((code) => reject(new Error(`ended with ${code} before "${message}": ${this.stderr}`)));
    });
  }

  async url(path: string): Promise<string> {
    return `${(await this.line('cost-ledger is up')).http}${path}`;
  }

  exitCode(): Promise<number | null> {
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

async function call(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => {
          const isJson = response.headers['content-type']?.startsWith('application/json');
          resolve({ status: response.statusCode!, headers: response.headers, body: isJson ? JSON.parse(text) : text });
        });
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

const errorOf = ({ body }: Answer) =>
  (body as { error: { code: string; message: string; param: string | null } }).error;
const statusOf = ({ body }: Answer) => (body as { status: string }).status;

describe('runService (real: one service process)', () => {
  it('A14 reports health, metrics and a hard or soft failure', async () => {
    await using well = TinyService.start();
    await using soft = TinyService.start(['no-mirror']);
    await using hard = TinyService.start(['no-database']);
    for (const path of ['/health', '/health/ready', '/health/readiness']) {
      const answers = await Promise.all([well, soft, hard].map(async (service) => call(await service.url(path))));
      expect(answers.map((answer) => [answer.status, statusOf(answer)])).toEqual([
        [200, 'ok'],
        [200, 'degraded'],
        [503, 'unavailable'],
      ]);
    }
    for (const path of ['/health/liveliness', '/health/liveness']) {
      expect((await call(await hard.url(path))).status).toBe(200);
    }
    const metrics = await call(await well.url('/metrics'));
    expect(metrics.body).toContain('process_cpu_seconds_total{service="cost-ledger"}');
  });

  it('O5 fails readiness at the signal, drains in order, finishes running requests and ends with 0', async () => {
    await using service = await TinyService.up();
    const slow = call(await service.url('/slow'));
    // The answer to a later request proves that the slow one is being served.
    await call(await service.url('/whoami'));
    service.process.kill('SIGTERM');
    await service.line('draining');
    expect((await slow).body).toBe('slow but done');
    expect(await service.exitCode()).toBe(0);
    const messages = service.lines.map(({ msg }) => msg);
    const order = [
      'asked to stop',
      'draining',
      'drained intake',
      'drain step failed',
      'drained connections',
      'stopped',
    ];
    expect(messages.filter((message) => order.includes(String(message)))).toEqual(order);
  });

  it('O5 answers 503 "draining" while it drains, and gives up on a step that hangs', async () => {
    await using service = await TinyService.up(['hang-on-drain'], { LLM_GATEWAY_DRAIN_TIMEOUT_MS: '5000' });
    service.process.kill('SIGINT');
    await service.line('draining');
    const ready = await call(await service.url('/health/ready'));
    expect([ready.status, statusOf(ready)]).toEqual([503, 'draining']);
    expect((await call(await service.url('/health/liveliness'))).status).toBe(200);
    expect((await call(await service.url('/whoami'))).body).toEqual({ name: 'cost-ledger', draining: true });
    expect(await service.exitCode()).toBe(0);
    await service.line('drain step ran out of time').catch(() => undefined);
    expect(service.lines.map(({ msg }) => msg)).toContain('drain step ran out of time');
    expect(service.lines.map(({ msg }) => msg)).toContain('drained connections');
  });

  it('O5 ends at once at the second signal', async () => {
    await using service = await TinyService.up(['hang-on-drain'], { LLM_GATEWAY_DRAIN_TIMEOUT_MS: '600000' });
    service.process.kill('SIGTERM');
    await service.line('draining');
    service.process.kill('SIGTERM');
    expect(await service.exitCode()).toBe(1);
  });

  it('names every bad variable in one message and ends with 78', async () => {
    await using service = TinyService.start([], {
      LLM_GATEWAY_DATABASE_URL: '',
      LLM_GATEWAY_HTTP_PORT: 'eighty',
      LLM_GATEWAY_LOG_LEVEL: 'loud',
    });
    expect(await service.exitCode()).toBe(78);
    for (const variable of ['LLM_GATEWAY_DATABASE_URL', 'LLM_GATEWAY_HTTP_PORT', 'LLM_GATEWAY_LOG_LEVEL']) {
      expect(service.stderr).toContain(variable);
    }
    expect(service.stderr).not.toContain('    at ');
  });

  it('ends with 1 and the reason when it cannot start, when its port is taken and when something is not caught', async () => {
    await using first = await TinyService.up();
    const port = new URL(await first.url('')).port;
    await using broken = TinyService.start(['fail-to-start']);
    await using taken = TinyService.start([], { LLM_GATEWAY_HTTP_PORT: port });
    await using crashing = TinyService.start(['crash']);
    expect(await Promise.all([broken, taken, crashing].map((service) => service.exitCode()))).toEqual([1, 1, 1]);
    expect(broken.lines.at(-1)).toMatchObject({ level: 'error', error: { message: 'no database' } });
    expect(taken.lines.at(-1)!.msg).toContain(`port ${port} is taken`);
    // It crashes while it starts: whether the line of the start comes before or after is a matter of scheduling.
    const crash = crashing.lines.find(({ msg }) => msg === 'unhandled rejection');
    expect(crash).toMatchObject({ error: { message: 'nobody caught me' } });
    expect(String((crash!.error as Line).stack)).toContain('tiny-service.ts');
  });

  it('A answers every error in one shape and logs the unexpected ones without secrets', async () => {
    await using service = await TinyService.up();
    const json = { 'content-type': 'application/json' };
    const echo = await service.url('/echo');
    const answers = [
      [await call(await service.url('/refused')), 429, 'rate_limited'],
      [await call(await service.url('/teapot')), 400, 'invalid_request'],
      [await call(await service.url('/broken?key=hunter3hunter3&q=hunter2plain')), 500, 'internal_error'],
      [await call(await service.url('/plain-broken')), 500, 'internal_error'],
      [await call(await service.url('/nowhere')), 404, 'not_found'],
      [await call(await service.url('/whoami'), { method: 'POST' }), 405, 'method_not_allowed'],
      [await call(await service.url('/%zz')), 400, 'invalid_request'],
      [await call(echo, { method: 'POST', headers: json, body: '{bad' }), 400, 'invalid_json'],
      [await call(echo, { method: 'POST', headers: json, body: '' }), 400, 'invalid_json'],
      [
        await call(echo, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' }),
        415,
        'unsupported_media_type',
      ],
      [
        await call(echo, { method: 'POST', headers: json, body: `"${'a'.repeat(2_000_000)}"` }),
        413,
        'payload_too_large',
      ],
      [await call(echo, { headers: { 'x-long': 'a'.repeat(20_000) } }), 431, 'headers_too_large'],
    ] as const;
    expect(answers.map(([answer]) => [answer.status, errorOf(answer).code])).toEqual(
      answers.map(([, status, code]) => [status, code]),
    );
    const [refused, , broken] = answers;
    expect(refused[0].headers['retry-after']).toBe('2');
    expect(errorOf(refused[0])).toMatchObject({ message: 'Slow down.', param: 'model' });
    expect(errorOf(broken[0]).message).toContain(String(broken[0].headers['x-request-id']));
    service.process.kill('SIGTERM');
    await service.exitCode();
    const text = JSON.stringify(service.lines);
    expect(text).toContain('request failed unexpectedly');
    expect(text).not.toMatch(/hunter[23]/);
  });

  it('answers bytes that are not HTTP and stays up', async () => {
    await using service = await TinyService.up();
    const { port } = new URL(await service.url(''));
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nbad header\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"code":"invalid_request"/);
    const answer = await call(await service.url('/whoami'));
    expect([answer.status, String(answer.headers['x-request-id'])]).toEqual([
      200,
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
  });

  it('serves gRPC on a port that it reports', async () => {
    await using service = await TinyService.up();
    const address = String((await service.line('cost-ledger is up')).grpc);
    const client = createGrpcClient(AccountsDefinition, address, { deadlineMs: 5_000, logger: SILENT_LOGGER });
    expect((await client.generateKey({})).key).toBe('sk-new');
    await expect(client.getKey({ keyHash: 'abc' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'no key abc',
      field: 'key_hash',
    });
    client.close();
  });
});
