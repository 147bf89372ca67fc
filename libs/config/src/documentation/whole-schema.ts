import { z } from 'zod';
import {
  GENERAL_SETTINGS,
  LITELLM_PARAMS,
  MODEL_INFO,
  MODEL_LIST_ENTRY,
  TOP_LEVEL,
} from '../gateway-config/gateway-config-schema';
import { LITELLM_SETTINGS, ROUTER_SETTINGS } from '../gateway-config/routing-schema';
import type { Shape } from '../gateway-config/set-aside-unbuilt';
import { UNBUILT_GENERAL_SETTINGS } from '../gateway-config/unbuilt/unbuilt-general-settings';
import { UNBUILT_LITELLM_PARAMS } from '../gateway-config/unbuilt/unbuilt-litellm-params';
import { UNBUILT_LITELLM_SETTINGS } from '../gateway-config/unbuilt/unbuilt-litellm-settings';
import { MODEL_INFO_NOTES, UNBUILT_MODEL_INFO } from '../gateway-config/unbuilt/unbuilt-model-info';
import { UNBUILT_ROUTER_SETTINGS } from '../gateway-config/unbuilt/unbuilt-router-settings';
import { UNBUILT_TOP_LEVEL } from '../gateway-config/unbuilt/unbuilt-top-level';

/** Everything a file may say, also what has no effect yet, as one schema: for editors, not for loading. */
export function wholeSchema(): z.ZodType {
  const entry = z.strictObject({
    ...MODEL_LIST_ENTRY,
    litellm_params: asDescribed(
      z.looseObject({ ...LITELLM_PARAMS, ...withoutEffect(UNBUILT_LITELLM_PARAMS) }),
      MODEL_LIST_ENTRY.litellm_params,
    ),
    model_info: asDescribed(
      z.looseObject({ ...MODEL_INFO, ...MODEL_INFO_NOTES, ...withoutEffect(UNBUILT_MODEL_INFO) }).nullish(),
      MODEL_LIST_ENTRY.model_info,
    ),
  });
  const section = (built: Shape, unbuilt: Shape, described: z.ZodType) =>
    asDescribed(z.strictObject({ ...built, ...withoutEffect(unbuilt) }).nullish(), described);
  return z.strictObject({
    ...TOP_LEVEL,
    model_list: asDescribed(z.array(entry), TOP_LEVEL.model_list),
    litellm_settings: section(LITELLM_SETTINGS, UNBUILT_LITELLM_SETTINGS, TOP_LEVEL.litellm_settings),
    router_settings: section(ROUTER_SETTINGS, UNBUILT_ROUTER_SETTINGS, TOP_LEVEL.router_settings),
    general_settings: section(GENERAL_SETTINGS, UNBUILT_GENERAL_SETTINGS, TOP_LEVEL.general_settings),
    ...withoutEffect(UNBUILT_TOP_LEVEL),
  });
}

function asDescribed(schema: z.ZodType, described: z.ZodType): z.ZodType {
  return schema.meta({ description: described.meta()?.description ?? '' });
}

function withoutEffect(shape: Shape): Record<string, z.ZodType> {
  const marked = Object.entries(shape).map(([name, schema]): [string, z.ZodType] => {
    return [name, schema.meta({ description: `No effect yet. ${schema.meta()?.description ?? ''}` })];
  });
  return Object.fromEntries(marked);
}
