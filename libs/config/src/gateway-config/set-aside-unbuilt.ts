import type { z } from 'zod';
import type { ConfigPath } from './config-problem';
import { UNBUILT_GENERAL_SETTINGS } from './unbuilt/unbuilt-general-settings';
import { UNBUILT_LITELLM_PARAMS } from './unbuilt/unbuilt-litellm-params';
import { UNBUILT_LITELLM_SETTINGS } from './unbuilt/unbuilt-litellm-settings';
import { MODEL_INFO_NOTES, UNBUILT_MODEL_INFO } from './unbuilt/unbuilt-model-info';
import { UNBUILT_ROUTER_SETTINGS } from './unbuilt/unbuilt-router-settings';
import { UNBUILT_TOP_LEVEL } from './unbuilt/unbuilt-top-level';

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Mapping = Readonly<Record<string, unknown>>;

/** Settings that have no effect yet, by the section they stand in; '' is the file itself. */
export const UNBUILT_BY_SECTION: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['', UNBUILT_TOP_LEVEL],
  ['litellm_settings', UNBUILT_LITELLM_SETTINGS],
  ['general_settings', UNBUILT_GENERAL_SETTINGS],
  ['router_settings', UNBUILT_ROUTER_SETTINGS],
]);

const UNBUILT_OF_ENTRIES: readonly (readonly [section: string, shape: Shape, isNote: boolean])[] = [
  ['litellm_params', UNBUILT_LITELLM_PARAMS, false],
  ['model_info', UNBUILT_MODEL_INFO, false],
  ['model_info', MODEL_INFO_NOTES, true],
];

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One setting that is checked and not used. */
export interface UnbuiltSetting {
  readonly path: ConfigPath;
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** False for notes, which nobody expects anything of. */
  readonly isMissed: boolean;
}

/** Takes out what LiteLLM knows and we do not act on yet. Deployments keep theirs, which are part of their identity. */
export function setAsideUnbuilt(file: Mapping): {
  readonly built: Mapping;
  readonly unbuilt: readonly UnbuiltSetting[];
} {
  const unbuilt: UnbuiltSetting[] = [];
  const built: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(file)) {
    const schema = ownOf(UNBUILT_TOP_LEVEL, name);
    if (schema) unbuilt.push({ path: [name], schema, value, isMissed: true });
    else built[name] = withoutUnbuilt(name, value, unbuilt);
  }
  return { built, unbuilt: [...unbuilt, ...unbuiltOfEntries(file.model_list)] };
}

function withoutUnbuilt(section: string, value: unknown, unbuilt: UnbuiltSetting[]): unknown {
  const shape = section === '' ? undefined : UNBUILT_BY_SECTION.get(section);
  if (!shape || !isMapping(value)) return value;
  const kept = Object.entries(value).filter(([name, setting]) => {
    const schema = ownOf(shape, name);
    if (schema) unbuilt.push({ path: [section, name], schema, value: setting, isMissed: true });
    return schema === undefined;
  });
  return Object.fromEntries(kept);
}

function unbuiltOfEntries(models: unknown): UnbuiltSetting[] {
  const unbuilt: UnbuiltSetting[] = [];
  if (!Array.isArray(models)) return unbuilt;
  models.forEach((entry: unknown, index) => {
    if (!isMapping(entry)) return;
    for (const [section, shape, isNote] of UNBUILT_OF_ENTRIES) {
      const values = entry[section];
      if (!isMapping(values)) continue;
      for (const name in values) {
        const schema = ownOf(shape, name);
        const path = ['model_list', index, section, name];
        if (schema) unbuilt.push({ path, schema, value: values[name], isMissed: !isNote });
      }
    }
  });
  return unbuilt;
}

function ownOf(shape: Shape, name: string): z.ZodType | undefined {
  return Object.hasOwn(shape, name) ? shape[name] : undefined;
}
