import fc from 'fast-check';
import { EnvironmentError } from './environment-error';
import { ENVIRONMENT_TABLES, SERVICE_NAMES } from './environment-tables';
import { readEnvironment } from './read-environment';

const STRONG_KEY = 'sk-5f0c9a7be1d24c83';
const MINIMAL = {
  LLM_GATEWAY_MASTER_KEY: STRONG_KEY,
  LLM_GATEWAY_DATABASE_URL: 'postgres://gateway:hunter2@127.0.0.1:5432/gateway',
};

function errorOf(read: () => unknown): EnvironmentError {
  try {
    read();
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

describe('readEnvironment', () => {
  it.each(SERVICE_NAMES)('starts %s with nothing but what is required', (service) => {
    const environment = readEnvironment(service, MINIMAL);
    expect(environment).toMatchObject({
      service,
      logLevel: 'info',
      logFormat: 'auto',
      namespace: 'gw',
      host: '127.0.0.1',
      httpPort: 0,
      natsUrl: 'nats://127.0.0.1:4222',
      natsTokensUrl: 'nats://127.0.0.1:4222',
      dataDir: '.data',
      drainTimeoutMs: 30_000,
      traceSampleRatio: 1,
      warnings: [],
    });
    expect(environment.instanceId).toMatch(new RegExp(`^${service}-[0-9a-f]{8}$`));
    expect(Object.isFrozen(environment)).toBe(true);
  });

  it('types and converts what is set', () => {
    const edge = readEnvironment('edge-api', {
      ...MINIMAL,
      LLM_GATEWAY_PORT: ' 9000 ',
      LLM_GATEWAY_INSTANCE_ID: 'edge_1',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-team=a=b',
    });
    expect(edge.port).toBe(9000);
    expect(edge.instanceId).toBe('edge_1');
    expect(edge.otlpHeaders).toEqual({ authorization: 'Bearer abc', 'x-team': 'a=b' });
    const key = Buffer.alloc(32, 7);
    const worker = readEnvironment('provider-workers', {
      LLM_GATEWAY_WORKER_POOLS: 'openai, anthropic,openai',
      LLM_GATEWAY_ENCRYPTION_KEY: key.toString('base64'),
    });
    expect(worker.workerPools).toEqual(['openai', 'anthropic']);
    expect(worker.encryptionKey?.equals(key)).toBe(true);
  });

  it('names every bad variable at once, with what is expected', () => {
    const error = errorOf(() =>
      readEnvironment('edge-api', {
        LLM_GATEWAY_PORT: '70000',
        LLM_GATEWAY_LOG_LEVEL: 'loud',
        LLM_GATEWAY_NATS_URL: 'http://127.0.0.1',
        LLM_GATEWAY_DRAIN_TIMEOUT_MS: '1e3',
        OTEL_TRACES_SAMPLER_ARG: '2',
      }),
    );
    expect(error.problems.map(({ variable }) => variable).sort()).toEqual([
      'LLM_GATEWAY_DRAIN_TIMEOUT_MS',
      'LLM_GATEWAY_LOG_LEVEL',
      'LLM_GATEWAY_MASTER_KEY',
      'LLM_GATEWAY_NATS_URL',
      'LLM_GATEWAY_PORT',
      'OTEL_TRACES_SAMPLER_ARG',
    ]);
    for (const { variable, message } of error.problems) {
      expect(message).toContain(variable);
      expect(message).toContain('must be');
      expect(error.message).toContain(message);
    }
  });

  it('never repeats the value of a secret', () => {
    const error = errorOf(() =>
      readEnvironment('cost-ledger', {
        LLM_GATEWAY_DATABASE_URL: 'mysql://root:hunter2@db',
        LLM_GATEWAY_REDIS_URL: 'hunter2',
      }),
    );
    expect(error.problems).toHaveLength(2);
    expect(error.message).not.toContain('hunter2');
  });

  it('treats an empty variable as unset, as compose files write them', () => {
    const environment = readEnvironment('router', { LLM_GATEWAY_LOG_LEVEL: '', LLM_GATEWAY_NATS_TOKENS_URL: ' ' });
    expect(environment.logLevel).toBe('info');
    expect(environment.natsTokensUrl).toBe(environment.natsUrl);
  });

  it('warns of variables nobody reads and suggests the one that was meant', () => {
    const { warnings } = readEnvironment('router', {
      LLM_GATEWAY_LOG_LEVL: 'debug',
      LLM_GATEWAY_SOMETHING_ELSE: '1',
      LLM_GATEWAY_MASTER_KEY: STRONG_KEY,
    });
    expect(warnings).toEqual([
      'LLM_GATEWAY_LOG_LEVL is set but nothing reads it; did you mean LLM_GATEWAY_LOG_LEVEL?',
      'LLM_GATEWAY_SOMETHING_ELSE is set but nothing reads it',
    ]);
  });

  it.each(['sk-1234', 'sk-changeme-please-now', 'sk-aaaaaaaaaaaaaaaaaaaa', 'sk-12345678901234567890'])(
    'takes the weak master key %s on loopback only',
    (masterKey) => {
      const local = readEnvironment('edge-api', { LLM_GATEWAY_MASTER_KEY: masterKey });
      expect(local.masterKey).toBe(masterKey);
      expect(local.warnings).toHaveLength(1);
      expect(local.warnings[0]).not.toContain(masterKey);
      const open = { LLM_GATEWAY_MASTER_KEY: masterKey, LLM_GATEWAY_HOST: '0.0.0.0' };
      expect(errorOf(() => readEnvironment('edge-api', open)).message).toContain('LLM_GATEWAY_HOST');
    },
  );

  it('always reads a value or names its variable, whatever the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SERVICE_NAMES), fc.infiniteStream(fc.string()), (service, texts) => {
        const source = Object.fromEntries(
          Object.values(ENVIRONMENT_TABLES[service]).map(({ variable }) => [variable, texts.next().value]),
        );
        try {
          expect(Object.isFrozen(readEnvironment(service, source))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(EnvironmentError);
          for (const { variable } of (error as EnvironmentError).problems) expect(source).toHaveProperty([variable]);
        }
      }),
    );
  });
});
