import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogRenderer, type LogRenderer } from '../logs/log-renderer';
import { type Mesh, startMesh } from '../mesh/start-mesh';
import { PortMemory } from '../process/port-memory';
import { ProcessGuard } from '../process/process-guard';
import { stopLeftovers } from '../process/stop-leftovers';
import { SetupProblem } from '../servers/backing-server';
import { type BackingServers, startBackingServers } from '../servers/start-backing-servers';
import { readConfiguredModels } from '../settings/configured-models';
import { lockInstallation, unlockInstallation } from '../settings/installation-lock';
import {
  installationKeys,
  isRemoteConfiguration,
  type LauncherSettings,
  readLauncherSettings,
} from '../settings/launcher-settings';
import { assertGoodConfiguration } from './assert-good-configuration';
import { assertPortFree } from './assert-port-free';
import { renderReadyBlock } from './ready-block';
import { StopSignal } from './stop-signal';

const INTERRUPT_PAUSE_MS = 100;

/** `make up`: everything in one terminal, until Ctrl-C. */
async function up(): Promise<number> {
  const isTerminal = process.stdout.isTTY === true;
  const settings = readLauncherSettings(process.env, isTerminal);
  const log = createLogRenderer({
    format: settings.logFormat,
    colour: wantsColour(isTerminal),
    write: (text) => process.stdout.write(text),
  });
  const url = `http://${settings.host === '0.0.0.0' || settings.host === '::' ? '127.0.0.1' : settings.host}:${settings.port}`;
  const holder = lockInstallation(settings.dataDir, url);
  if (holder !== undefined) {
    const down = `${process.env.LLM_GATEWAY_DATA_DIR ? `LLM_GATEWAY_DATA_DIR=${settings.dataDir} ` : ''}make down`;
    throw new SetupProblem(
      `a gateway already runs on ${settings.dataDir}: pid ${holder.pid}, ${holder.url}. ` +
        `Stop it with \`${down}\`, or start a second one beside it: LLM_GATEWAY_DATA_DIR=.data-2 LLM_GATEWAY_PORT=8081 make up`,
    );
  }
  try {
    return await run(settings, log);
  } finally {
    unlockInstallation(settings.dataDir);
  }
}

interface Running {
  servers?: BackingServers;
  mesh?: Mesh;
}

async function run(settings: LauncherSettings, log: LogRenderer): Promise<number> {
  const runDir = join(settings.dataDir, 'run');
  const stop = new StopSignal(runDir, () => log.launcher('info', 'stopping; press Ctrl-C again to kill'));
  const guard = new ProcessGuard();
  const running: Running = {};
  try {
    const leftovers = await stopLeftovers(runDir);
    if (leftovers.length > 0)
      log.launcher('warn', `stopped what an earlier run had left behind: ${leftovers.join(', ')}`);
    await assertPortFree(settings.port, settings.host);
    if (!isRemoteConfiguration(settings.configPath)) assertGoodConfiguration(settings.configPath);
    const starting = bringUp({ settings, log, guard, stop }, running);
    const first = await Promise.race([starting.then(() => 'started' as const), stop.requested]);
    if (first !== 'started') await interruptStart(starting, runDir);
    return (await stop.requested) === 'gave-up' ? 1 : 0;
  } finally {
    await running.mesh?.stop();
    await running.servers?.stop();
    guard.release();
    if (running.servers || stop.isRequested) log.launcher('info', 'stopped');
  }
}

/** Ends whatever the start has launched so far; the start then fails by itself, which is no news. */
async function interruptStart(starting: Promise<void>, runDir: string): Promise<void> {
  let settled = false;
  const end = starting
    .catch(() => undefined)
    .finally(() => {
      settled = true;
    });
  while (!settled) {
    await stopLeftovers(runDir);
    await Promise.race([end, delay(INTERRUPT_PAUSE_MS)]);
  }
}

interface Launch {
  readonly settings: LauncherSettings;
  readonly log: LogRenderer;
  readonly guard: ProcessGuard;
  readonly stop: StopSignal;
}

async function bringUp({ settings, log, guard, stop }: Launch, running: Running): Promise<void> {
  const progress = (message: string): void => log.launcher('info', message);
  const ports = new PortMemory(settings.dataDir);
  const keys = installationKeys(process.env, settings.dataDir);
  const models = readConfiguredModels(settings.configPath);
  running.servers = await startBackingServers({
    dataDir: settings.dataDir,
    environment: process.env,
    guard,
    ports,
    onProgress: progress,
  });
  if (stop.isRequested) return;
  running.mesh = await startMesh({
    ...keys,
    dataDir: settings.dataDir,
    configPath: settings.configPath,
    host: settings.host,
    port: settings.port,
    namespace: settings.namespace,
    logLevel: settings.logLevel,
    servers: running.servers,
    emulators: models.usesEmulators,
    guard,
    ports,
    onProgress: progress,
    onLogLine: (instance, line) => log.service(instance, line),
    onEvent: (event) => {
      // While a start is being interrupted, deaths are our own doing.
      if (stop.isRequested) return;
      log.launcher(event.kind === 'gave-up' ? 'error' : 'warn', event.message);
      if (event.kind === 'gave-up') stop.request('gave-up');
    },
  });
  if (stop.isRequested) return;
  log.plain(renderReadyBlock({ url: running.mesh.url, masterKey: keys.masterKey, models, variables: process.env }));
}

function wantsColour(isTerminal: boolean): boolean {
  if (process.env.NO_COLOR) return false;
  return Boolean(process.env.FORCE_COLOR) || isTerminal;
}

// A closed terminal or pipe must not stop the orderly end.
process.stdout.on('error', () => undefined);

up().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = error instanceof SetupProblem ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\nThe gateway could not start.\n${text}\n`);
    process.exit(1);
  },
);
