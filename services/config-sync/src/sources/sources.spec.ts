import { configurationAddress, describeAddress } from './configuration-address';
import { explainError, explainStatus } from './explain-failure';

describe('configurationAddress', () => {
  it.each([
    ['gateway.yaml', { kind: 'file', path: 'gateway.yaml' }],
    ['/etc/s3/gateway.yaml', { kind: 'file', path: '/etc/s3/gateway.yaml' }],
    ['s3://books/a/b.yaml', { kind: 's3', bucket: 'books', key: 'a/b.yaml' }],
    ['gs://books/b.yaml', { kind: 'gcs', bucket: 'books', key: 'b.yaml' }],
  ])('L2 reads %s', (configPath, address) => {
    expect(configurationAddress({ configPath })).toEqual(address);
    expect(describeAddress(configurationAddress({ configPath }))).toBe(configPath);
  });

  it.each(['s3://books', 's3://books/', 's3:books/key', 'gs:///key'])(
    'L2 refuses %s, which names no object',
    (configPath) => {
      expect(() => configurationAddress({ configPath })).toThrow('s3://bucket/key');
    },
  );

  it('L2 takes LiteLLM’s names where its own says nothing', () => {
    const named = { bucketName: 'books', bucketObjectKey: 'b.yaml' };
    expect(configurationAddress(named)).toEqual({ kind: 's3', bucket: 'books', key: 'b.yaml' });
    expect(configurationAddress({ ...named, bucketType: 'gcs' })).toMatchObject({ kind: 'gcs' });
    expect(configurationAddress({ ...named, configPath: 'own.yaml' })).toMatchObject({ path: 'own.yaml' });
    expect(configurationAddress({})).toEqual({ kind: 'file', path: 'infra/local/gateway.yaml' });
    expect(() => configurationAddress({ bucketName: 'books' })).toThrow('LITELLM_CONFIG_BUCKET_OBJECT_KEY');
  });
});

describe('why a store gave nothing', () => {
  it('L2 is said in words, and never in those of an error, which may quote anything', () => {
    expect(explainStatus(404, 'NoSuchKey')).toBe('does not exist (404 NoSuchKey)');
    expect(explainStatus(503)).toBe('is not served at the moment (503)');
    const refused = Object.assign(new Error('with sk-secret'), { code: 'ECONNREFUSED' });
    expect(explainError(refused, 5)).toBe('cannot be reached (ECONNREFUSED)');
    expect(explainError(new TypeError('fetch failed', { cause: refused }), 5)).toBe('cannot be reached (ECONNREFUSED)');
    expect(explainError(new Error('with sk-secret'), 5)).toBe('cannot be reached (Error)');
    expect(explainError(AbortSignal.abort().reason, 5)).toBe('did not answer within 5 ms');
  });
});
