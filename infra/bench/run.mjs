// `make bench`: direct calls, a bare Fastify proxy and this gateway, in interleaved rounds on the same cores. Prints what
// the gateway adds, as medians over the rounds. Linux only (reads /proc, pins with taskset). See README.md.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CLIENTS } from './clients.mjs';
import { intakeTable, measureIntake } from './intake.mjs';
import { limitsTable, measureLimits } from './limits.mjs';
import { cpuNanosOf, pinTree, proportionalMemoryOf, treeOf } from './processes.mjs';
import { measureReload, reloadTable } from './reload.mjs';
import { printReport } from './report.mjs';
import { measureReports, reportsTable } from './reports.mjs';
import { measureRouting, routingTable } from './routing.mjs';
import { SCENARIOS, TRANSLATIONS } from './scenarios.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const setting = (name, otherwise) => process.env[`BENCH_${name}`] ?? otherwise;
const ROUNDS = Number(setting('ROUNDS', 3));
const SECONDS = Number(setting('SECONDS', 4));
const WARM_SECONDS = Number(setting('WARM_SECONDS', 2));
const GATEWAY_CORE = setting('GATEWAY_CORE', '0');
const LOAD_CORE = setting('LOAD_CORE', '1');
const only = setting('ONLY', '').split(',').filter(Boolean);
const chosen = (table) => Object.entries(table).filter(([name]) => only.length === 0 || only.includes(name));
const scenarios = chosen(SCENARIOS);
const translations = only.includes('translation') ? Object.entries(TRANSLATIONS) : chosen(TRANSLATIONS);
const measuresRouting = only.length === 0 || only.includes('routing');
/** Only when asked for: they need servers of their own. `intake` reads from JetStream, `ledger` from memory. */
const intakeWays = [only.includes('intake') && 'jetstream', only.includes('ledger') && 'memory'].filter(Boolean);

const started = [];
const log = (text) => process.stderr.write(`${text}\n`);

async function startScript(core, file, ...args) {
  const child = spawn('taskset', ['-c', core, process.execPath, join(here, file), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  for await (const line of createInterface({ input: child.stdout })) if (line === 'ready') return child.pid;
  throw new Error(`${file} ended before it was ready`);
}

/** A deployment per provider wire; the first also has the models of those scenarios that translate nothing. */
const configFor = (port) =>
  JSON.stringify({
    model_list: [
      ['mock*', 'openai/mock*', '/v1'],
      ['openai-mock*', 'openai/openai-mock*', '/v1'],
      ['anthropic-mock*', 'anthropic/anthropic-mock*', ''],
      ['gemini-mock*', 'gemini/gemini-mock*', '/v1beta'],
    ].map(([name, model, path]) => ({
      model_name: name,
      litellm_params: {
        model,
        api_base: `http://127.0.0.1:${port}${path}`,
        api_key: 'upstream-key',
        input_cost_per_token: 0.0000025,
        output_cost_per_token: 0.00001,
      },
    })),
    router_settings: { num_retries: 0 },
  });

async function asAdministrator(mesh, path, body) {
  const response = await fetch(`${mesh.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${mesh.masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function measure(target, name, scenario) {
  const client = CLIENTS[scenario.client ?? 'openai'];
  const job = {
    url: `${target.url}${client.path(scenario)}`,
    headers: client.headers(target.key),
    body: JSON.stringify(client.body(scenario, name)),
    connections: scenario.connections,
    seconds: SECONDS,
    warmSeconds: WARM_SECONDS,
    ...(scenario.stream && { stream: { token: client.token, end: client.end } }),
    ...(scenario.ratePerSecond && { ratePerSecond: scenario.ratePerSecond }),
  };
  const child = spawn('taskset', ['-c', LOAD_CORE, process.execPath, join(here, 'load.mjs'), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let before = null;
  let result = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line);
    if (message.measuring) before = target.processes().map((entry) => ({ ...entry, nanos: cpuNanosOf(entry.pid) }));
    else result = message;
  }
  if (!result || !before) throw new Error(`no result for ${target.name} ${name}`);
  const cpuMs = before.map(({ name: part, pid, nanos }) => ({ part, ms: (cpuNanosOf(pid) - nanos) / 1e6 }));
  return { ...result, cpuMs, totalCpuMs: cpuMs.reduce((sum, { ms }) => sum + ms, 0) };
}

function gatewayProcesses(mesh) {
  const parts = mesh.instances.map(({ name, pid }) => ({ name, pid }));
  for (const server of mesh.servers.all) parts.push({ name: server.kind, pid: server.pid });
  return parts.flatMap(({ name, pid }) => treeOf(pid).map((child) => ({ name, pid: child })));
}

async function main() {
  const localEntry = join(here, '../local/dist/index.js');
  if (!existsSync(localEntry)) throw new Error('not built: run `make build` first');
  const { startTestMesh, freePort } = require(localEntry);
  const [upstreamPort, proxyPort] = [await freePort(), await freePort()];
  await startScript(LOAD_CORE, 'upstream.mjs', upstreamPort);
  const upstream = `http://127.0.0.1:${upstreamPort}`;
  const proxyPid = await startScript(GATEWAY_CORE, 'fastify-proxy.cjs', proxyPort, upstream);
  log('starting the gateway');
  // What we start inherits our core. It must be so from the beginning: Go sizes its scheduler by the cores it may use, and
  // a NATS server that was moved to one core later goes on as if it had two, which costs it a third more.
  pinTree(process.pid, GATEWAY_CORE);
  const mesh = await startTestMesh({
    ownServers: true,
    emulators: false,
    configYaml: configFor(upstreamPort),
    logLevel: 'warn',
  });
  started.stopMesh = () => mesh.stop();
  const { key } = await asAdministrator(mesh, '/key/generate', { key_alias: 'bench' });
  pinTree(process.pid, LOAD_CORE);
  const gateway = { name: 'gateway', url: mesh.url, key, processes: () => gatewayProcesses(mesh) };
  const targets = [
    { name: 'direct', url: upstream, key: 'none', processes: () => [] },
    {
      name: 'fastify',
      url: `http://127.0.0.1:${proxyPort}`,
      key: 'none',
      processes: () => [{ name: 'proxy', pid: proxyPid }],
    },
    gateway,
  ];
  if (only.includes('limits')) {
    const admin = (path, body) => asAdministrator(mesh, path, body);
    const limits = await measureLimits({ gateway, admin, measure, redisUrl: mesh.redisUrl, rounds: ROUNDS, log });
    process.stdout.write(`${limitsTable(limits).join('\n')}\n`);
    if (scenarios.length + translations.length === 0) return;
  }
  const samples = [];
  // Each first once for nothing: code that has not run yet is compiled at the cost of whoever comes first.
  for (const [name, scenario] of translations) await measure(gateway, name, scenario);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, scenario] of scenarios) {
      // The order turns with the round, so that no target is always first after a pause.
      for (let offset = 0; offset < targets.length; offset += 1) {
        const target = targets[(round + offset) % targets.length];
        samples.push({ round, scenario: name, target: target.name, ...(await measure(target, name, scenario)) });
      }
      log(`round ${round + 1}/${ROUNDS}: ${name}`);
    }
    for (const [name, scenario] of turned(translations, round)) {
      samples.push({ round, scenario: name, target: 'gateway', ...(await measure(gateway, name, scenario)) });
      log(`round ${round + 1}/${ROUNDS}: ${name}`);
    }
  }
  const memory = gatewayProcesses(mesh).map(({ name, pid }) => ({ name, bytes: proportionalMemoryOf(pid) }));
  printReport({
    samples,
    scenarios,
    translations,
    memory,
    load: { rounds: ROUNDS, seconds: SECONDS, cores: [GATEWAY_CORE, LOAD_CORE] },
  });
}

const intakeJob = () => ({
  checkouts: setting('CHECKOUTS', join(here, '../..')).split(','),
  rounds: ROUNDS,
  requests: Number(setting('REQUESTS', 20_000)),
  batch: Number(setting('BATCH', 1_000)),
  ways: intakeWays,
  log,
});

const turned = (list, by) => list.map((_, place) => list[(place + by) % list.length]);

async function stop() {
  await started.stopMesh?.();
  for (const child of started) child.kill();
}

try {
  // Needs no gateway.
  if (measuresRouting) process.stdout.write(`${routingTable(measureRouting()).join('\n')}\n`);
  if (only.includes('reports')) {
    const rows = await measureReports({ rounds: ROUNDS, requests: Number(setting('REPORT_ROWS', 1_000_000)), log });
    process.stdout.write(`${reportsTable(rows).join('\n')}\n`);
  }
  if (only.includes('reload')) {
    const models = Number(setting('MODELS', 10_000));
    const samples = await measureReload({ models, rounds: ROUNDS, log });
    process.stdout.write(`${reloadTable({ models, samples }).join('\n')}\n`);
  }
  if (intakeWays.length > 0) process.stdout.write(`${intakeTable(await measureIntake(intakeJob())).join('\n')}\n`);
  if (scenarios.length > 0 || translations.length > 0 || only.includes('limits')) {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    await main();
  }
} catch (error) {
  log(`bench failed: ${error.stack ?? error}`);
  process.exitCode = 1;
} finally {
  await stop();
}
