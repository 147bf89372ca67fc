import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PortMemory } from '../process/port-memory';
import { lockInstallation, runningLauncher, unlockInstallation } from './installation-lock';
import { installationKeys, readLauncherSettings } from './launcher-settings';

// Real here: the file system and ports.

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-installation-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('an installation', () => {
  it('keeps the keys it made, readable by its owner only', () => {
    const keys = installationKeys({}, dataDir);
    expect(keys.masterKey).toMatch(/^sk-[0-9a-f]{48}$/);
    expect(Buffer.from(keys.encryptionKey, 'base64').length).toBe(32);
    expect(installationKeys({}, dataDir)).toEqual(keys);
    expect(statSync(join(dataDir, 'master-key')).mode & 0o777).toBe(0o600);
    expect(installationKeys({ LLM_GATEWAY_MASTER_KEY: 'sk-mine' }, dataDir).masterKey).toBe('sk-mine');
  });

  it('belongs to one living launcher', () => {
    expect(lockInstallation(dataDir, 'http://one')).toBeUndefined();
    expect(lockInstallation(dataDir, 'http://two')?.url).toBe('http://one');
    unlockInstallation(dataDir);
    expect(runningLauncher(dataDir)).toBeUndefined();
    expect(lockInstallation(dataDir, 'http://two')).toBeUndefined();
  });

  it('is taken over from a launcher that died, also when its pid lives on as another process', () => {
    lockInstallation(dataDir, 'http://one');
    const file = join(dataDir, 'run/launcher.json');
    writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'ticks:1', url: 'http://one' }));
    expect(lockInstallation(dataDir, 'http://two')).toBeUndefined();
    expect(runningLauncher(dataDir)?.url).toBe('http://two');
  });

  it('gets the same ports again, and another one when a port is taken twice', async () => {
    const first = new PortMemory(dataDir);
    const ports = [await first.portFor('nats'), await first.portFor('redis')];
    const second = new PortMemory(dataDir);
    expect([await second.portFor('nats'), await second.portFor('redis')]).toEqual(ports);
    expect(new Set(ports).size).toBe(2);
  });

  it('names every setting it cannot use at once', () => {
    const variables = {
      LLM_GATEWAY_PORT: 'http',
      LLM_GATEWAY_CONFIG: '/no/such.yaml',
      LLM_GATEWAY_LOG_LEVEL: 'loud',
      LLM_GATEWAY_MASTER_KEY: 'x',
    };
    expect(() => readLauncherSettings(variables, false)).toThrow(
      /LLM_GATEWAY_PORT[\s\S]*LLM_GATEWAY_CONFIG[\s\S]*LLM_GATEWAY_LOG_LEVEL[\s\S]*LLM_GATEWAY_MASTER_KEY/,
    );
  });
});
