// Turns samples into the tables a person reads. "added" is gateway minus direct of the same round; cells are medians.
const median = (values) => {
  const sorted = values.filter((value) => value !== null && Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const show = (value, digits = 2) => (value === null ? '–' : value.toFixed(digits));
const line = (cells) => `| ${cells.join(' | ')} |`;

/** The processes on the way of a chunk; the others book and configure. */
const HOT_PATH = /^(edge-api|router|provider-workers|nats)/;

export function printReport({ samples, scenarios, translations, memory, load }) {
  const out = [
    `\n${load.rounds} rounds of ${load.seconds} s, gateway on core ${load.cores[0]}, load and provider on core ${load.cores[1]}.`,
  ];
  for (const [name, scenario] of scenarios) {
    const of = (target) => samples.filter((sample) => sample.scenario === name && sample.target === target);
    out.push(`\n### ${name}: ${scenario.what}\n`, ...(scenario.stream ? streamTable(of) : requestTable(of)));
    const parts = cpuByPart(of('gateway'), scenario.stream ? 'frames' : 'ok').map((pair) => pair.join(' '));
    out.push(`\ngateway CPU by process (${scenario.stream ? 'µs a chunk' : 'ms a request'}): ${parts.join(', ')}`);
  }
  if (translations.length > 0) out.push(...translationTable(samples, translations));
  out.push('\n### memory (proportional, MB)\n', ...memoryTable(memory));
  process.stdout.write(`${out.join('\n')}\n`);
}

/** The same figure of every round, minus the direct one of that round. */
function added(of, target, field) {
  const direct = new Map(of('direct').map((sample) => [sample.round, sample[field]]));
  return median(of(target).map((sample) => sample[field] - direct.get(sample.round)));
}

function requestTable(of) {
  const rows = [
    line(['target', 'requests/s', 'p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms', 'CPU ms/request', 'failed']),
    line(Array(8).fill('---')),
  ];
  for (const target of ['direct', 'fastify', 'gateway']) {
    const all = of(target);
    rows.push(
      line([
        target,
        show(median(all.map((sample) => sample.perSecond)), 0),
        show(median(all.map((sample) => sample.p50Ms))),
        show(median(all.map((sample) => sample.p99Ms))),
        show(added(of, target, 'p50Ms')),
        show(added(of, target, 'p99Ms')),
        show(median(all.map((sample) => (sample.ok ? sample.totalCpuMs / sample.ok : null))), 3),
        all.reduce((sum, sample) => sum + sample.failed, 0),
      ]),
    );
  }
  return rows;
}

function streamTable(of) {
  const rows = [
    line([
      'target',
      'first token p50 ms',
      'added p50 ms',
      'added p99 ms',
      'gap p99 ms',
      'chunks/s',
      'CPU µs/chunk',
      'failed',
    ]),
    line(Array(8).fill('---')),
  ];
  for (const target of ['direct', 'fastify', 'gateway']) {
    const all = of(target);
    rows.push(
      line([
        target,
        show(median(all.map((sample) => sample.firstTokenP50Ms))),
        show(added(of, target, 'firstTokenP50Ms')),
        show(added(of, target, 'firstTokenP99Ms')),
        show(median(all.map((sample) => sample.gapP99Ms)), 1),
        show(median(all.map((sample) => sample.framesPerSecond)), 0),
        show(median(all.map((sample) => (sample.frames ? (sample.totalCpuMs * 1000) / sample.frames : null))), 1),
        all.reduce((sum, sample) => sum + sample.failed, 0),
      ]),
    );
  }
  return rows;
}

/** Against the first of the list in the same round. */
function translationTable(samples, translations) {
  const hotMs = (sample) => sample.cpuMs.filter(({ part }) => HOT_PATH.test(part)).reduce((sum, { ms }) => sum + ms, 0);
  const perChunk = (sample) => (sample?.frames ? (hotMs(sample) * 1000) / sample.frames : Number.NaN);
  const of = (name) => samples.filter(({ scenario }) => scenario === name);
  const [[plain]] = translations;
  const plainOf = (round) => perChunk(of(plain).find((sample) => sample.round === round));
  const rows = translations.map(([name]) => {
    const all = of(name);
    const parts = cpuByPart(all, 'frames').filter(([part]) => HOT_PATH.test(part));
    return line([
      name,
      show(median(all.map(({ framesPerSecond }) => framesPerSecond)), 0),
      show(median(all.map(perChunk)), 1),
      show(median(all.map((sample) => perChunk(sample) / plainOf(sample.round)))),
      parts.map(([, value]) => value).join(' + '),
      all.reduce((sum, { failed }) => sum + failed, 0),
    ]);
  });
  const names = cpuByPart(of(plain), 'frames').filter(([part]) => HOT_PATH.test(part));
  return [
    '\n### translation: 64 streams, 50 chunks every 20 ms, client-provider\n',
    line([
      'client-provider',
      'chunks/s',
      'CPU µs/chunk',
      `times ${plain}`,
      names.map(([part]) => part).join(' + '),
      'failed',
    ]),
    line(Array(6).fill('---')),
    ...rows,
  ];
}

/** Pairs of a process and its median CPU a chunk (µs) or a request (ms). */
function cpuByPart(all, unit) {
  const names = [...new Set(all.flatMap((sample) => sample.cpuMs.map(({ part }) => part)))];
  const scale = unit === 'frames' ? 1000 : 1;
  return names.map((name) => {
    const each = all.map((sample) => {
      const ms = sample.cpuMs.filter(({ part }) => part === name).reduce((sum, entry) => sum + entry.ms, 0);
      return sample[unit] ? (ms * scale) / sample[unit] : null;
    });
    return [name, show(median(each), unit === 'frames' ? 1 : 3)];
  });
}

function memoryTable(memory) {
  const sums = new Map();
  for (const { name, bytes } of memory) sums.set(name, (sums.get(name) ?? 0) + bytes);
  const rows = [...sums].map(([name, bytes]) => line([name, (bytes / 1048576).toFixed(0)]));
  const total = [...sums.values()].reduce((sum, bytes) => sum + bytes, 0);
  return [line(['process', 'MB']), line(['---', '---']), ...rows, line(['all', (total / 1048576).toFixed(0)])];
}
