// How long a large configuration takes from the file to every running instance, and the longest that each one's event loop
// stood still meanwhile. A whole gateway, one of each service; nobody calls it, so that what stands still is the reload's.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const POLL_MS = 10;

/** JSON is YAML. Every edit changes every deployment. */
const documentOf = (models, edit) =>
  JSON.stringify({
    model_list: Array.from({ length: models }, (_, number) => ({
      model_name: `m${number}`,
      litellm_params: { model: `openai/m${number}`, api_key: 'os.environ/K', rpm: 1_000 + edit },
    })),
  });

/** Medians over the rounds: `tookMs`, and `stallMs` by instance. */
export async function measureReload({ models, rounds, log }) {
  const { startTestMesh } = require(join(here, '../local/dist/index.js'));
  const directory = mkdtempSync(join(tmpdir(), 'gateway-stalls-'));
  log(`starting a gateway with ${models} models`);
  const mesh = await startTestMesh({
    ownServers: true,
    emulators: false,
    configYaml: documentOf(models, 0),
    logLevel: 'warn',
    extraEnvironment: {
      NODE_OPTIONS: `--require ${join(here, 'stalls.cjs')}`,
      BENCH_STALLS_DIR: directory,
      K: 'upstream-key',
    },
  });
  try {
    const samples = [];
    // The first for nothing: code that has not run yet is compiled.
    for (let round = 0; round <= rounds; round += 1) {
      samples.push(await reload(mesh, { directory, text: documentOf(models, round + 1) }));
      log(`reload ${round}/${rounds}: ${Math.round(samples.at(-1).tookMs)} ms`);
    }
    return samples.slice(1);
  } finally {
    await mesh.stop();
    rmSync(directory, { recursive: true });
  }
}

async function reload(mesh, { directory, text }) {
  const before = await statusOf(mesh);
  await stallsOf(mesh, directory);
  const startedMs = performance.now();
  writeFileSync(mesh.configPath, text);
  for (;;) {
    const now = await statusOf(mesh);
    if (now.last_error) throw new Error(now.last_error);
    if (now.version !== before.version && now.in_step) break;
    await pause(POLL_MS);
  }
  const tookMs = performance.now() - startedMs;
  return { tookMs, stalls: await stallsOf(mesh, directory) };
}

async function statusOf(mesh) {
  const response = await fetch(`${mesh.url}/hot-reload/status`, {
    headers: { authorization: `Bearer ${mesh.masterKey}` },
  });
  return response.json();
}

/** By instance; what the signal before this one began. */
async function stallsOf(mesh, directory) {
  const stalls = [];
  for (const { name, pid } of mesh.instances) {
    const file = join(directory, String(pid));
    rmSync(file, { force: true });
    process.kill(pid, 'SIGUSR2');
    while (!existsSync(file)) await pause(POLL_MS);
    stalls.push({ name, stallMs: JSON.parse(readFileSync(file, 'utf8')).maxMs });
  }
  return stalls;
}

export function reloadTable({ models, samples }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const median = (values) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];
  const names = samples[0].stalls.map(({ name }) => name);
  const stallOf = (name) => median(samples.map(({ stalls }) => stalls.find((one) => one.name === name).stallMs));
  return [
    `\n### reload: ${models} models, all changed, from the file to all instances: ${Math.round(median(samples.map(({ tookMs }) => tookMs)))} ms (median)\n`,
    line(['instance', 'longest stall of its event loop, ms (median)']),
    line(['---', '---']),
    ...names.map((name) => line([name, stallOf(name).toFixed(0)])),
  ];
}
