import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleTokenSources } from '@gateway/provider-kit';
import {
  AwsSecretsManager,
  eventually,
  GoogleSecretManager,
  type SecretManagerServer,
  VaultServer,
} from '@gateway/testkit';
import { AwsSecrets } from './aws/aws-secrets';
import { MountedFiles } from './files/mounted-files';
import { GoogleSecrets } from './google/google-secrets';
import type { SecretBackend } from './secret-backend';
import { type StoreClock, SYSTEM_CLOCK } from './store/store-clock';
import type { VaultLogin } from './vault/vault-login';
import { VaultSecrets } from './vault/vault-secrets';

const CANARY = 'sk-canary-7d1e9a';
const read = (backend: SecretBackend, name: string): Promise<string> => backend.read(name, AbortSignal.timeout(60_000));
const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const environment = { ...process.env };

afterAll(() => {
  process.env = environment;
  rmSync(folder, { recursive: true, force: true });
});

const aws = new AwsSecretsManager();
const vault = new VaultServer();
const google = new GoogleSecretManager();

function vaultWith(login: VaultLogin, namespace?: string, clock: StoreClock = SYSTEM_CLOCK): VaultSecrets {
  const { kvVersion } = vault;
  return new VaultSecrets({
    address: vault.url,
    namespace,
    mount: 'secret',
    pathPrefix: undefined,
    kvVersion: kvVersion === 1 ? '1' : '2',
    login,
    tls: {},
    clock,
  });
}

const appRole = (): VaultLogin => ({
  type: 'approle',
  mount: 'approle',
  roleId: vault.roleId,
  secretId: vault.secretId,
});

function googleWith(document: object): GoogleSecrets {
  const sources = new GoogleTokenSources({
    nowMs: SYSTEM_CLOCK.nowMs,
    unixMs: SYSTEM_CLOCK.unixMs,
    after: (delayMs, run) => void SYSTEM_CLOCK.after(delayMs, run),
    onAvailability: () => undefined,
  });
  const tokens = sources.of({ type: 'document', json: JSON.stringify(document) });
  return new GoogleSecrets({ url: google.url, project: google.project, tokens: () => tokens });
}

beforeAll(async () => {
  await Promise.all([aws.start(), vault.start(), google.start()]);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = aws.url;
  process.env.AWS_ACCESS_KEY_ID = aws.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = aws.secretAccessKey;
});
afterAll(() => Promise.all([aws.stop(), vault.stop(), google.stop()]));

interface Manager {
  readonly server: SecretManagerServer;
  open(): SecretBackend;
  /** As the manager keeps it. */
  keep(value: string): string;
}

const MANAGERS: readonly [string, Manager][] = [
  ['AWS Secrets Manager', { server: aws, open: () => new AwsSecrets({ region: 'us-east-1' }), keep: (value) => value }],
  ['Vault', { server: vault, open: () => vaultWith(appRole()), keep: (value) => JSON.stringify({ key: value }) }],
  ['Google Secret Manager', { server: google, open: () => googleWith(google.serviceAccount), keep: (value) => value }],
];

describe.each(MANAGERS)('%s', (_name, { server, open, keep }) => {
  it('L2 is read, and read anew when the secret was exchanged', async () => {
    const backend = open();
    server.secrets.set('openai', keep('sk-1'));
    expect(await read(backend, 'openai')).toBe(keep('sk-1'));
    server.secrets.set('openai', keep('sk-2'));
    expect(await read(backend, 'openai')).toBe(keep('sk-2'));
    backend.close?.();
  });

  it('L2 says that there is no such secret', async () => {
    const backend = open();
    await expect(read(backend, 'nobody-has-it')).rejects.toMatchObject({ name: 'SecretReadError', fault: 'absent' });
    backend.close?.();
  });

  it.each(['hang-up', 'unavailable'] as const)('L2 says that it cannot be asked: %s', async (fault) => {
    const backend = open();
    server.secrets.set('openai', keep(CANARY));
    await read(backend, 'openai');
    server.fault = fault;
    const error = await read(backend, 'openai').then(
      () => null,
      (thrown: unknown) => thrown,
    );
    server.fault = null;
    expect(error).toMatchObject({ name: 'SecretReadError', fault: 'unreachable' });
    expect(await read(backend, 'openai')).toBe(keep(CANARY));
    backend.close?.();
  });

  it('L2 is given up when it says nothing', async () => {
    const backend = open();
    server.fault = 'silence';
    await expect(backend.read('openai', AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'SecretReadError' });
    server.fault = null;
    backend.close?.();
  });
});

describe('AWS Secrets Manager', () => {
  it('E2 says that it may not be read, by the name of the error alone', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'AKIASOMEBODYELSE0000';
    await expect(read(new AwsSecrets({ region: 'us-east-1' }), 'openai')).rejects.toMatchObject({
      fault: 'refused',
      message: 'AWS Secrets Manager does not let us read it (UnrecognizedClientException)',
    });
    process.env.AWS_ACCESS_KEY_ID = aws.accessKeyId;
  });

  it('takes the region of an ARN, and says when there is none', async () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:openai-AbCdEf';
    aws.secrets.set(arn, 'sk-arn');
    const backend = new AwsSecrets({ region: undefined });
    expect(await read(backend, arn)).toBe('sk-arn');
    await expect(read(backend, 'openai')).rejects.toMatchObject({ message: 'AWS_REGION is not set' });
  });
});

describe('Vault', () => {
  afterEach(() => {
    vault.leaseS = 3_600;
    vault.kvVersion = 2;
    vault.namespace = null;
    vault.isRenewable = true;
  });

  it('L2 is signed in to once, and again when the token was revoked', async () => {
    vault.secrets.set('openai', '{"key":"sk-1"}');
    const backend = vaultWith(appRole());
    const before = vault.logins;
    await Promise.all([read(backend, 'openai'), read(backend, 'openai'), read(backend, 'openai')]);
    expect(vault.logins - before).toBe(1);
    vault.revokeTokens();
    expect(await read(backend, 'openai')).toBe('{"key":"sk-1"}');
    expect(vault.logins - before).toBe(2);
    backend.close();
  });

  it('L2 is told to renew the token before it ends', async () => {
    vault.secrets.set('openai', '{"key":"sk-1"}');
    const planned: { readonly delayMs: number; readonly run: () => void }[] = [];
    const after: StoreClock['after'] = (delayMs, run) => {
      planned.push({ delayMs, run });
      return () => undefined;
    };
    const before = vault.renewals;
    const backend = vaultWith(appRole(), undefined, { ...SYSTEM_CLOCK, after });
    await read(backend, 'openai');
    expect(planned.map(({ delayMs }) => delayMs)).toEqual([vault.leaseS * 600]);
    planned[0]?.run();
    await eventually('a renewal, and the plan of the next', () => vault.renewals > before && planned.length === 2);
    backend.close();
  });

  it('L2 takes service accounts of Kubernetes, and tokens that somebody else made', async () => {
    vault.secrets.set('openai', '{"key":"sk-1"}');
    const tokenPath = join(folder, 'service-account');
    writeFileSync(tokenPath, `${vault.kubernetesJwt}\n`);
    const pod = vaultWith({ type: 'kubernetes', mount: 'kubernetes', role: vault.roleId, tokenPath });
    expect(await read(pod, 'openai')).toBe('{"key":"sk-1"}');
    const given = vaultWith({ type: 'token', token: vault.rootToken });
    expect(await read(given, 'openai')).toBe('{"key":"sk-1"}');
    for (const backend of [pod, given]) backend.close();
    const wrong = vaultWith({ type: 'token', token: 'hvs.nobody' });
    await expect(read(wrong, 'openai')).rejects.toMatchObject({ fault: 'refused' });
    const unknown = vaultWith({ type: 'approle', mount: 'approle', roleId: 'nobody', secretId: undefined });
    await expect(read(unknown, 'openai')).rejects.toMatchObject({ fault: 'refused' });
  });

  it('L2 is read in version 1, and in a namespace', async () => {
    vault.secrets.set('team/openai', '{"key":"sk-1"}');
    vault.kvVersion = 1;
    const old = vaultWith({ type: 'token', token: vault.rootToken });
    expect(await read(old, 'team/openai')).toBe('{"key":"sk-1"}');
    vault.kvVersion = 2;
    vault.namespace = 'admin/blue';
    const spaced = vaultWith(appRole(), 'admin/blue');
    expect(await read(spaced, 'team/openai')).toBe('{"key":"sk-1"}');
    await expect(read(vaultWith(appRole()), 'team/openai')).rejects.toMatchObject({ name: 'SecretReadError' });
    spaced.close();
  });
});

describe('Google Secret Manager', () => {
  it('takes versions, and projects that a name says', async () => {
    google.secrets.set('openai/versions/3', 'sk-3');
    const backend = googleWith(google.serviceAccount);
    expect(await read(backend, 'openai/versions/3')).toBe('sk-3');
    expect(await read(backend, `projects/${google.project}/secrets/openai/versions/3`)).toBe('sk-3');
    await expect(read(backend, 'projects/other/secrets/openai')).rejects.toMatchObject({ fault: 'refused' });
  });

  it('says that nobody may sign in so', async () => {
    const stranger = { ...google.serviceAccount, private_key: 'no key' };
    await expect(read(googleWith(stranger), 'openai')).rejects.toMatchObject({ fault: 'refused' });
  });
});

describe('mounted files', () => {
  const mount = join(folder, 'mount');
  const files = new MountedFiles([mount]);
  const version = (name: string, value: string): void => {
    mkdirSync(join(mount, name), { recursive: true });
    writeFileSync(join(mount, name, 'openai'), value);
    symlinkSync(name, join(mount, '..data_tmp'));
    renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
  };

  it('L2 are read through links that Kubernetes swaps', async () => {
    version('..1', 'sk-1\n');
    symlinkSync('..data/openai', join(mount, 'openai'));
    expect(await read(files, join(mount, 'openai'))).toBe('sk-1\n');
    version('..2', 'sk-2\n');
    expect(await read(files, join(mount, 'openai'))).toBe('sk-2\n');
  });

  it('E2 are read below their directories only, wherever a link leads', async () => {
    const outside = join(folder, 'outside');
    writeFileSync(outside, CANARY);
    symlinkSync(outside, join(mount, 'way-out'));
    mkdirSync(`${mount}-other`);
    writeFileSync(join(`${mount}-other`, 'x'), CANARY);
    for (const path of [outside, join(mount, 'way-out'), join(`${mount}-other`, 'x'), '/etc/passwd']) {
      await expect(read(files, path)).rejects.toMatchObject({ fault: 'refused' });
    }
  });

  it('say what is wrong with them', async () => {
    writeFileSync(join(mount, 'large'), 'x'.repeat(70_000));
    await expect(read(files, join(mount, 'large'))).rejects.toMatchObject({ fault: 'unusable' });
    await expect(read(files, join(mount, 'nothing'))).rejects.toMatchObject({ fault: 'absent' });
    await expect(read(files, mount)).rejects.toMatchObject({ name: 'SecretReadError' });
    writeFileSync(join(mount, 'closed'), CANARY);
    chmodSync(join(mount, 'closed'), 0o000);
    if (process.getuid?.() !== 0) {
      await expect(read(files, join(mount, 'closed'))).rejects.toMatchObject({ fault: 'refused' });
    }
  });
});
