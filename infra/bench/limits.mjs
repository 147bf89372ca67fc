import { connect } from 'node:net';

// What limits and budgets cost: the same calls by a key without any, by one with every limit, its own and its team's, and by one
// with budgets besides, its own and its team's. None is ever reached. CPU time of all processes of the gateway and its servers, by part.
const FAR = 1_000_000_000;
const LIMITS = { rpm_limit: FAR, tpm_limit: FAR, max_parallel_requests: 1_000_000 };
const BUDGET = { max_budget: 1_000_000, budget_duration: '30d' };
/** As many calls at once as make their limits' questions travel together. */
const SCENARIO = { connections: 64, model: 'mock-d0' };

/** Rows of CPU milliseconds for each call. `admin` posts to a route of the gateway; `measure` is that of the bench. */
export async function measureLimits({ gateway, admin, measure, redisUrl, rounds, log }) {
  const targets = [{ ...gateway, name: 'off' }];
  for (const [name, rules] of Object.entries({ limits: LIMITS, both: { ...LIMITS, ...BUDGET } })) {
    const { team_id } = await admin('/team/new', { team_alias: `bench-${name}`, ...rules });
    const { key } = await admin('/key/generate', { key_alias: `bench-${name}`, team_id, ...rules });
    targets.push({ ...gateway, name, key });
  }
  const samples = [];
  for (const target of targets) await measure(target, 'limits', SCENARIO);
  for (let round = 0; round < rounds; round += 1) {
    for (let offset = 0; offset < targets.length; offset += 1) {
      const target = targets[(round + offset) % targets.length];
      await askRedis(redisUrl, 'CONFIG RESETSTAT');
      const sample = { round, target: target.name, ...(await measure(target, 'limits', SCENARIO)) };
      sample.scripts = scriptsIn(await askRedis(redisUrl, 'INFO commandstats'));
      // On a busy machine Redis may take longer to answer than anybody waits.
      if (sample.failed > sample.ok / 50)
        throw new Error(`${sample.failed} of ${sample.ok} calls failed: ${target.name}`);
      samples.push(sample);
    }
    log(`round ${round + 1}/${rounds}: limits`);
  }
  return samples;
}

/** One command, over a connection of its own. */
function askRedis(redisUrl, command) {
  const { hostname, port } = new URL(redisUrl);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(`${command}\r\nQUIT\r\n`));
    socket.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}

/** Since the last reset, those before the measurement included. */
function scriptsIn(stats) {
  const [, calls, microseconds] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats) ?? [];
  return { calls: Number(calls ?? 0), microseconds: Number(microseconds ?? 0) };
}

const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];

export function limitsTable(samples) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const parts = [...new Set(samples.flatMap(({ cpuMs }) => cpuMs.map(({ part }) => part)))];
  const perCall = (sample, part) =>
    sample.cpuMs.reduce((sum, own) => sum + (part === null || own.part === part ? own.ms : 0), 0) / sample.ok;
  const of = (target, part) =>
    median(samples.filter((own) => own.target === target).map((sample) => perCall(sample, part)));
  const row = (name, part) => {
    const [off, limits, both] = ['off', 'limits', 'both'].map((target) => of(target, part));
    return line([name, ...[off, limits, both, limits - off, both - off].map((ms) => ms.toFixed(3))]);
  };
  return [
    '\n### limits and budgets: CPU-ms for each call (medians)\n',
    line(['part', 'off', 'limits', 'limits and budgets', 'limits: more', 'both: more']),
    line(Array(6).fill('---')),
    ...parts.map((part) => row(part, part)),
    row('all', null),
    '\nRedis scripts, and microseconds in them, of a whole round:\n',
    ...samples.map(
      ({ target, round, ok, failed, scripts }) =>
        `- ${target}, round ${round + 1}: ${scripts.calls} scripts, ${(scripts.microseconds / (scripts.calls || 1)).toFixed(0)} µs each; ${ok} calls measured, ${failed} failed`,
    ),
  ];
}
