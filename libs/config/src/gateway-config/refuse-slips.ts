import { nearestName } from '@gateway/domain';
import type { ConfigFindings } from './config-findings';
import { LITELLM_PARAMS, MODEL_INFO } from './gateway-config-schema';
import { CAPABILITY_FLAG, CHAT_BODY_FIELDS, UNBUILT_PRICE } from './litellm-names';
import { isMapping, type Mapping } from './set-aside-unbuilt';
import { UNBUILT_LITELLM_PARAMS } from './unbuilt/unbuilt-litellm-params';
import { MODEL_INFO_NOTES, UNBUILT_MODEL_INFO } from './unbuilt/unbuilt-model-info';

/** Shorter names are near to too much: `n` and `top` are parameters of their own. */
const SHORTEST_SLIP = 4;

/**
 * `litellm_params` and `model_info` are open: the one also carries body fields for the provider, the other notes of the
 * operator. But a name that is nearly one of their own keys is a slip: `api_bse` in a request body helps nobody.
 */
export function refuseSlips(file: Mapping, findings: ConfigFindings): void {
  if (!Array.isArray(file.model_list)) return;
  file.model_list.forEach((entry: unknown, index) => {
    if (!isMapping(entry)) return;
    for (const [section, known, isOther] of OPEN_SECTIONS) {
      const values = entry[section];
      if (!isMapping(values)) continue;
      for (const name of Object.keys(values)) {
        if (Object.hasOwn(known, name) || isOther(name) || name.length < SHORTEST_SLIP) continue;
        const nearest = nearestName(name, Object.keys(known));
        if (nearest === null) continue;
        const path = ['model_list', index, section, name];
        findings.refuseKey(path, `is not a key that is known here; did you mean "${nearest}"?`);
      }
    }
  });
}

const OPEN_SECTIONS: readonly (readonly [
  section: string,
  known: Readonly<Record<string, unknown>>,
  isOther: (name: string) => boolean,
])[] = [
  [
    'litellm_params',
    LITELLM_PARAMS,
    (name) => Object.hasOwn(UNBUILT_LITELLM_PARAMS, name) || UNBUILT_PRICE.test(name) || CHAT_BODY_FIELDS.has(name),
  ],
  [
    'model_info',
    MODEL_INFO,
    (name) =>
      Object.hasOwn(UNBUILT_MODEL_INFO, name) ||
      Object.hasOwn(MODEL_INFO_NOTES, name) ||
      UNBUILT_PRICE.test(name) ||
      CAPABILITY_FLAG.test(name),
  ],
];
