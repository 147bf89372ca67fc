import {
  UNBUILT_GENERAL_SETTINGS,
  UNBUILT_LITELLM_SETTINGS,
  UNBUILT_ROUTER_SETTINGS,
  UNBUILT_TOP_LEVEL,
} from './litellm-names';

const UNBUILT_BY_SECTION: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['litellm_settings', UNBUILT_LITELLM_SETTINGS],
  ['general_settings', UNBUILT_GENERAL_SETTINGS],
  ['router_settings', UNBUILT_ROUTER_SETTINGS],
]);

export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Takes out what LiteLLM knows and we do not act on yet; `unbuilt` holds the names, as `section.key`. */
export function setAsideUnbuilt(file: Mapping): { readonly built: Mapping; readonly unbuilt: readonly string[] } {
  const unbuilt: string[] = [];
  const built = Object.entries(file).flatMap(([name, value]): [string, unknown][] => {
    if (UNBUILT_TOP_LEVEL.has(name)) {
      unbuilt.push(name);
      return [];
    }
    const names = UNBUILT_BY_SECTION.get(name);
    if (!names || !isMapping(value)) return [[name, value]];
    const kept = Object.entries(value).filter(([setting]) => !names.has(setting));
    unbuilt.push(...Object.keys(value).flatMap((setting) => (names.has(setting) ? [`${name}.${setting}`] : [])));
    return [[name, Object.fromEntries(kept)]];
  });
  return { built: Object.fromEntries(built), unbuilt };
}
