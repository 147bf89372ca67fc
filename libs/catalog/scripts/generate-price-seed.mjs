// Writes libs/catalog/src/generated/price-seed.ts from the npm package @pydantic/genai-prices, reading rates only:
// the package computes in floating point, we do not. `--check` exits 1 when the committed file is not what the
// installed package gives.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const entry = require.resolve('@pydantic/genai-prices');
const { findProvider } = require('@pydantic/genai-prices');
const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));

// The package does not carry its own publication date; npm shows it on the package's page.
const PUBLISHED_ON = { '0.1.8': '2026-09-23' };
if (!PUBLISHED_ON[version]) {
  throw new Error(`add the publication day of @pydantic/genai-prices ${version} (npm view … time) to PUBLISHED_ON`);
}

const PICO_PER_TOKEN_FOR_ONE_USD_PER_MILLION = 1_000_000;
/** Share of a price by which rounding to whole pico-USD may change it without a word. */
const MOST_ROUNDING = 0.0001;
const PRICE_KEYS = ['input_mtok', 'output_mtok', 'cache_read_mtok', 'cache_write_mtok'];

// The library has no list of its providers; its command line prints one, as "  provider:model: name" lines. It goes
// through a file because the command exits before a pipe has taken all of it.
function providerIds() {
  const directory = mkdtempSync(join(tmpdir(), 'price-seed-'));
  const file = join(directory, 'list.txt');
  const output = openSync(file, 'w');
  try {
    execFileSync(process.execPath, [join(dirname(entry), 'cli.js'), 'list'], { stdio: ['ignore', output, 'inherit'] });
    const listing = readFileSync(file, 'utf8');
    return [...new Set([...listing.matchAll(/^ {2}([^:\s]+):/gm)].map((line) => line[1]))].sort();
  } finally {
    closeSync(output);
    rmSync(directory, { recursive: true });
  }
}

/** The source's name → ours. */
const UNIT_KEYS = {
  input_audio_mtok: 'audioInputTokens',
  output_audio_mtok: 'audioOutputTokens',
  input_image_mtok: 'imageInputTokens',
  output_image_mtok: 'imageOutputTokens',
};
const PICO_PER_USD = 1e12;
const SECONDS_PER_HOUR = 3_600;

function unitsOf(prices) {
  const units = {};
  for (const [key, unit] of Object.entries(UNIT_KEYS)) {
    const price = typeof prices[key] === 'object' ? prices[key].base : prices[key];
    if (price !== undefined) units[unit] = picoPerToken(price);
  }
  const hour = prices.input_audio_hours;
  if (typeof hour === 'number') units.audioInputMs = Math.round((hour * PICO_PER_USD) / SECONDS_PER_HOUR);
  return Object.keys(units).length > 0 ? units : null;
}

function picoPerToken(usdPerMillion) {
  if (usdPerMillion === undefined) return null;
  const pico = Math.round(usdPerMillion * PICO_PER_TOKEN_FOR_ONE_USD_PER_MILLION);
  // A price such as a twelfth of a dollar has no end of decimals, and six are plenty; a tiny one must not be lost silently.
  if (Math.abs(pico / PICO_PER_TOKEN_FOR_ONE_USD_PER_MILLION - usdPerMillion) > usdPerMillion * MOST_ROUNDING) {
    console.warn(`rounded ${usdPerMillion} USD per million tokens to ${pico} pico-USD per token`);
  }
  return pico;
}

function ratesAbove(prices, threshold) {
  return PRICE_KEYS.map((key) => {
    const price = prices[key];
    if (price === undefined || typeof price === 'number') return picoPerToken(price);
    const tier = price.tiers.filter(({ start }) => start <= threshold).sort((a, b) => b.start - a.start)[0];
    return picoPerToken(tier?.price ?? price.base);
  });
}

function toPeriod({ constraint, prices }) {
  const starts = PRICE_KEYS.flatMap((key) => (prices[key]?.tiers ?? []).map(({ start }) => start));
  const thresholds = [...new Set(starts)].sort((a, b) => a - b);
  const period = { rates: ratesAbove(prices, -1) };
  const units = unitsOf(prices);
  if (units !== null) period.units = units;
  if (thresholds.length > 0) period.tiers = thresholds.map((threshold) => [threshold, ratesAbove(prices, threshold)]);
  if (constraint?.type === 'start_date') period.fromDay = constraint.start_date;
  if (constraint?.type === 'time_of_date') {
    period.dailyUtcMinutes = [minuteOfDay(constraint.start_time), minuteOfDay(constraint.end_time)];
  }
  return period;
}

function minuteOfDay(time) {
  const [, hours, minutes] = /^(\d\d):(\d\d):00(?:Z|\+00:00)$/.exec(time) ?? [];
  if (hours === undefined) throw new Error(`a time of day this script does not know: ${time}`);
  return Number(hours) * 60 + Number(minutes);
}

function toModel({ id, match, prices }) {
  const periods = (Array.isArray(prices) ? prices : [{ prices }]).map(toPeriod);
  return periods.some(({ rates, units }) => rates[0] !== null || units !== undefined)
    ? [{ id: id.toLowerCase(), match, periods }]
    : [];
}

function render() {
  const providers = providerIds().map((name) => findProvider({ providerId: name }));
  const blocks = providers
    .filter((provider) => provider !== undefined)
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map((provider) => {
      const lines = provider.models.flatMap(toModel).map((model) => `      ${JSON.stringify(model)},`);
      return `    ${JSON.stringify(provider.id)}: [\n${lines.join('\n')}\n    ],`;
    });
  return `// Generated by libs/catalog/scripts/generate-price-seed.mjs. Do not edit: run \`make generate\`.
// Prices: @pydantic/genai-prices ${version} (MIT, https://github.com/pydantic/genai-prices), published ${PUBLISHED_ON[version]}.
import type { PriceSeed } from '../prices/price-seed';

export const PRICE_SEED: PriceSeed = {
  source: '@pydantic/genai-prices ${version}',
  publishedOn: '${PUBLISHED_ON[version]}',
  providers: {
${blocks.join('\n')}
  },
};
`;
}

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'generated', 'price-seed.ts');
const fresh = render();
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== fresh) {
    console.error('libs/catalog/src/generated/price-seed.ts is stale: run `make generate` and commit the result');
    process.exit(1);
  }
} else {
  writeFileSync(target, fresh);
}
