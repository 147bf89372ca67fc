import { PRICE_SEED } from '../generated/price-seed';
import { matchesName } from './matches-name';
import { PICTURE_PRICES } from './picture-prices';
import type { SeedModel } from './price-seed';
import { BASE_MODEL_SOURCES, PRICE_SOURCES } from './price-sources';

/** What tells models apart in the price list; see `PriceQuery`. */
export interface ModelName {
  readonly provider: string;
  readonly providerModel: string;
  readonly baseModel?: string | undefined;
}

/** Names remembered. A wildcard lets clients choose names, so there may be any number of them. */
const MOST_NAMES = 2_000;
const MOST_KEY_CHARACTERS = 512;

/** The price list never changes while a process runs, so neither does what a name finds in it. */
const remembered = new Map<string, readonly SeedModel[]>();

/** The models of the price list that may be meant, best first: the first that has a price at the time in question counts. */
export function listedModels(name: ModelName): readonly SeedModel[] {
  const key = keyOf(name);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const models = findModels(name);
  if (key.length <= MOST_KEY_CHARACTERS) {
    if (remembered.size >= MOST_NAMES) remembered.clear();
    remembered.set(key, models);
  }
  return models;
}

/** The lengths in front keep apart what would read the same once joined. */
function keyOf({ provider, providerModel, baseModel }: ModelName): string {
  const base = baseModel === undefined ? '' : `/${baseModel}`;
  return `${provider.length} ${providerModel.length} ${provider}${providerModel}${base}`;
}

function findModels(name: ModelName): SeedModel[] {
  return listedNames(name).flatMap(({ row }) => (row === null ? [] : [row]));
}

export interface ListedName {
  /** A provider id of the price list. */
  readonly source: string;
  readonly lowerName: string;
  /** The row of the price list that recognises the name there. */
  readonly row: SeedModel | null;
}

/** Everywhere the model may be listed, best first. */
export function listedNames(name: ModelName): ListedName[] {
  return candidates(name).map(([source, candidate]) => {
    const lowerName = candidate.toLowerCase();
    const models = PRICE_SEED.providers[source] ?? PICTURE_PRICES[source] ?? [];
    const row = models.find(({ id }) => id === lowerName) ?? models.find(({ match }) => matchesName(match, lowerName));
    return { source, lowerName, row: row ?? null };
  });
}

/** Places to look, best first, as pairs of the seed's provider and the name there. */
function candidates({ provider, providerModel, baseModel }: ModelName): [source: string, name: string][] {
  const own = PRICE_SOURCES.get(provider) ?? [];
  const found: [string, string][] = [];
  if (baseModel !== undefined) {
    const slash = baseModel.indexOf('/');
    const named = slash > 0 ? PRICE_SOURCES.get(baseModel.slice(0, slash)) : undefined;
    for (const source of named ?? []) found.push([source, baseModel.slice(slash + 1)]);
    for (const source of [...own, ...BASE_MODEL_SOURCES]) found.push([source, baseModel]);
  }
  for (const source of own) found.push([source, providerModel]);
  return found;
}
