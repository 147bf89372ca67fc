import { randomBytes } from 'node:crypto';
import { type GatewaySnapshot, sealSecret } from '@gateway/config';
import type { Deployment } from '@gateway/domain';
import { aDeployment } from '@gateway/testkit';
import { serveDeployments } from './served-deployments';

const key = randomBytes(32);

const snapshotOf = (...deployments: Deployment[]): GatewaySnapshot => ({
  version: '1-a',
  publishedAtUnixMs: 0,
  source: 'test',
  deployments,
  aliases: {},
  routing: {
    strategy: 'simple-shuffle',
    numRetries: 0,
    retryAfterMs: 0,
    requestTimeoutMs: 1,
    firstTokenTimeoutMs: 1,
    idleTimeoutMs: 1,
    fallbacks: {},
    defaultFallbacks: [],
    maxFallbacks: 5,
    dropParams: false,
  },
  maxBodyBytes: 1,
});

const plain = (extra: Partial<Deployment>): Deployment => {
  const { apiKey: _key, apiBase: _base, ...rest } = aDeployment({ provider: 'openai' });
  return { ...rest, ...extra };
};

describe('serveDeployments', () => {
  it('B6 skips what has no credentials, and says which variable is missing', () => {
    const snapshot = snapshotOf(
      plain({ id: 'ref', apiKey: 'os.environ/MY_KEY' }),
      plain({ id: 'default' }),
      plain({ id: 'own-server', apiBase: 'http://127.0.0.1:1/v1' }),
    );
    const served = serveDeployments(snapshot, { environment: {} });
    expect(served.unavailable).toEqual({
      ref: 'MY_KEY is not set',
      default: expect.stringContaining('OPENAI_API_KEY'),
    });
    expect(served.byId.get('own-server')?.target).toMatchObject({ baseUrl: 'http://127.0.0.1:1/v1', apiKey: null });
  });

  it('B1 takes the key from the reference, else from the provider’s own variable', () => {
    const snapshot = snapshotOf(plain({ id: 'ref', apiKey: 'os.environ/MY_KEY' }), plain({ id: 'default' }));
    const served = serveDeployments(snapshot, { environment: { MY_KEY: 'mine', OPENAI_API_KEY: 'theirs' } });
    expect(served.byId.get('ref')?.target.apiKey).toBe('mine');
    expect(served.byId.get('default')?.target.apiKey).toBe('theirs');
  });

  it('E2 opens what config-sync sealed, only for the deployment it was sealed for', () => {
    const sealed = sealSecret('sk-real', key, 'right');
    const snapshot = snapshotOf(plain({ id: 'right', apiKey: sealed }), plain({ id: 'wrong', apiKey: sealed }));
    const served = serveDeployments(snapshot, { environment: {}, encryptionKey: key });
    expect(served.byId.get('right')?.target.apiKey).toBe('sk-real');
    expect(served.byId.has('wrong')).toBe(false);
    expect(JSON.stringify(served.unavailable)).not.toContain('sk-real');
  });

  it('B1 an unknown provider is skipped with its name', () => {
    const served = serveDeployments(snapshotOf(plain({ id: 'x', provider: 'nobody' })), { environment: {} });
    expect(served.unavailable.x).toContain("'nobody'");
  });
});
