import { isRecord, type ListedPrice, nearestName } from '@gateway/domain';
import { canonicalJson } from '../gateway-config/canonical-json';
import { ConfigFindings } from '../gateway-config/config-findings';
import { type ConfigPath, type ConfigProblem, didYouMean } from '../gateway-config/config-problem';
import { readYaml } from '../gateway-config/yaml-source';
import { readPriceEntries } from './read-price-entries';

export interface PriceFileOptions {
  /** For people; the file itself is not read. */
  readonly fileName: string;
  readonly knownProviders: readonly string[];
  /** When there are more, one warning says how many: to find the lines of thousands takes as long as to read the file. Default: no limit. */
  readonly mostWarnings?: number;
}

export type ParsedPriceFile =
  | { readonly ok: true; readonly prices: readonly ListedPrice[]; readonly warnings: readonly ConfigProblem[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** LiteLLM's whole file has a megabyte and a half. */
const LARGEST_PRICE_FILE_BYTES = 8 * 1024 * 1024;
/** A row of LiteLLM's file that explains the others. */
const SAMPLE = 'sample_spec';

/**
 * Reads an operator's price file, JSON or YAML: by model, as in LiteLLM's `model_prices_and_context_window.json`, one
 * entry or a list of entries for different times. All of it is good, or none of it counts. Pure; never throws on bad text.
 */
export function parsePriceFile(text: string, options: PriceFileOptions): ParsedPriceFile {
  const { fileName, knownProviders, mostWarnings = Number.POSITIVE_INFINITY } = options;
  const yaml = readYaml(text, fileName, LARGEST_PRICE_FILE_BYTES);
  if (!yaml.ok) return yaml;
  const { source } = yaml;
  const findings = new ConfigFindings(source);
  const notes: PriceNote[] = [];
  if (!isRecord(source.value)) {
    findings.refuse([], 'must be a mapping of model names to prices');
    return { ok: false, problems: findings.problems };
  }
  const prices = Object.entries(source.value)
    .filter(([name]) => name !== SAMPLE)
    .flatMap(([name, entries]) => readModel(name, entries, { findings, knownProviders, notes }));
  const once = refuseTwice(prices, findings);
  if (findings.problems.length > 0) return { ok: false, problems: findings.problems };
  if (notes.length > mostWarnings) {
    const message = `has ${notes.length} entries with prices or keys that are not charged here`;
    return { ok: true, prices: once, warnings: [{ file: fileName, line: 1, column: 1, path: '', message }] };
  }
  for (const { path, message } of notes) findings.warn(path, message);
  return { ok: true, prices: once, warnings: findings.warnings };
}

/** Something that is worth saying, and no fault. */
interface PriceNote {
  readonly path: ConfigPath;
  readonly message: string;
}

interface Reading {
  readonly notes: PriceNote[];
  readonly findings: ConfigFindings;
  readonly knownProviders: readonly string[];
}

interface PlacedRow {
  readonly row: ListedPrice;
  readonly path: ConfigPath;
}

function readModel(name: string, written: unknown, { findings, knownProviders, notes }: Reading): PlacedRow[] {
  const place = placeOf(name, providerIn(written), knownProviders);
  if (place === null) {
    findings.refuse([name], `${NO_PROVIDER}${didYouMean(nearestName(name.split('/')[0] ?? '', knownProviders))}`);
    return [];
  }
  // Of a provider that nobody here can call: what is written there is nobody's concern.
  if (place === 'elsewhere') return [];
  const entries = readPriceEntries(written, (at, message) => findings.refuseKey([name, ...at], message)) ?? [];
  return entries.flatMap(({ entry, at }): PlacedRow[] => {
    const path = [name, ...at];
    const { unbuilt, unknown, price, ...period } = entry;
    const note = (message: string) => notes.push({ path, message });
    if (unbuilt.length > 0) note(`has prices that are not charged here: ${unbuilt.join(', ')}`);
    if (unknown.length > 0) note(`has keys that mean nothing here: ${unknown.join(', ')}`);
    // An entry without any price says how long prompts may be, and such: other sources know the price.
    return price === undefined ? [] : [{ path, row: { source: 'file', ...place, price, ...period } }];
  });
}

function providerIn(written: unknown): unknown {
  const first: unknown = Array.isArray(written) ? written[0] : written;
  return isRecord(first) ? first.litellm_provider : undefined;
}

const NO_PROVIDER =
  'does not say whose model it is: write provider/model with a provider this gateway knows, or litellm_provider';

interface ModelPlace {
  readonly provider: string;
  readonly model: string;
}

/** LiteLLM's own words for parts of a provider: `bedrock_converse`, `vertex_ai-anthropic_models`. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^bedrock_converse$/, 'bedrock'],
  [/^vertex_ai-/, 'vertex_ai'],
  [/^cohere_chat$/, 'cohere'],
];

function placeOf(name: string, said: unknown, knownProviders: readonly string[]): ModelPlace | 'elsewhere' | null {
  const slash = name.indexOf('/');
  const prefix = slash > 0 ? name.slice(0, slash) : '';
  if (knownProviders.includes(prefix)) return { provider: prefix, model: name.slice(slash + 1).toLowerCase() };
  if (typeof said !== 'string' || said === '') return null;
  const provider = PARTS.find(([part]) => part.test(said))?.[1] ?? said;
  if (!knownProviders.includes(provider)) return 'elsewhere';
  return { provider, model: name.toLowerCase() };
}

/** Names of one model that differ in letter case or by the provider in front, which is in LiteLLM's file now and then. */
function refuseTwice(rows: readonly PlacedRow[], findings: ConfigFindings): readonly ListedPrice[] {
  const seen = new Map<string, ListedPrice>();
  for (const { row, path } of rows) {
    const key = `${row.provider}/${row.model} ${row.validFromUnixMs ?? ''}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, row);
    else if (canonicalJson(before) !== canonicalJson(row))
      findings.refuse(path, 'is another price of a model that already has one');
  }
  return [...seen.keys()].sort().flatMap((key) => seen.get(key) ?? []);
}
