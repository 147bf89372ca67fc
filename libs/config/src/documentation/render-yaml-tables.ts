import type { z } from 'zod';
import { DEFAULT_TEAM, DEFAULT_USER } from '../gateway-config/account-defaults-schema';
import { ALERT_ANOMALIES, ALERT_WEBHOOK, ALERTS } from '../gateway-config/alert-schema';
import { EXPORTS, LANGFUSE_EXPORT, S3_EXPORT } from '../gateway-config/export-schema';
import {
  CREDENTIAL_LIST_ENTRY,
  GENERAL_SETTINGS,
  LITELLM_PARAMS,
  MODEL_INFO,
  MODEL_LIST_ENTRY,
  TOP_LEVEL,
} from '../gateway-config/gateway-config-schema';
import { KEY_MANAGEMENT_SETTINGS } from '../gateway-config/key-management-schema';
import {
  ALLOWED_FAILS_POLICY,
  EXPERIMENT,
  EXPERIMENT_VARIANT,
  HEDGING,
  LITELLM_SETTINGS,
  RETRY_POLICY,
  ROUTER_SETTINGS,
  ROUTING_GROUP,
  ROUTING_STRATEGY_ARGS,
} from '../gateway-config/routing-schema';
import { UNBUILT_GENERAL_SETTINGS } from '../gateway-config/unbuilt/unbuilt-general-settings';
import { UNBUILT_LITELLM_PARAMS } from '../gateway-config/unbuilt/unbuilt-litellm-params';
import { UNBUILT_LITELLM_SETTINGS } from '../gateway-config/unbuilt/unbuilt-litellm-settings';
import { UNBUILT_MODEL_INFO } from '../gateway-config/unbuilt/unbuilt-model-info';
import { UNBUILT_ROUTER_SETTINGS } from '../gateway-config/unbuilt/unbuilt-router-settings';
import { UNBUILT_TOP_LEVEL } from '../gateway-config/unbuilt/unbuilt-top-level';

type Shape = Readonly<Record<string, z.ZodType>>;

const SECTIONS: readonly (readonly [title: string, shape: Shape, unbuilt?: Shape])[] = [
  ['The file', TOP_LEVEL, UNBUILT_TOP_LEVEL],
  ['`model_list[]`', MODEL_LIST_ENTRY],
  ['`model_list[].litellm_params`', LITELLM_PARAMS, UNBUILT_LITELLM_PARAMS],
  ['`model_list[].model_info`', MODEL_INFO, UNBUILT_MODEL_INFO],
  ['`credential_list[]`', CREDENTIAL_LIST_ENTRY],
  ['`router_settings`', ROUTER_SETTINGS, UNBUILT_ROUTER_SETTINGS],
  ['`router_settings.routing_strategy_args`', ROUTING_STRATEGY_ARGS],
  ['`router_settings.routing_groups[]`', ROUTING_GROUP],
  ['`retry_policy`, `model_group_retry_policy.*`', RETRY_POLICY],
  ['`router_settings.allowed_fails_policy`', ALLOWED_FAILS_POLICY],
  ['`router_settings.hedging`', HEDGING],
  ['`router_settings.experiments[]`', EXPERIMENT],
  ['`router_settings.experiments[].variants[]`', EXPERIMENT_VARIANT],
  ['`litellm_settings`', LITELLM_SETTINGS, UNBUILT_LITELLM_SETTINGS],
  ['`litellm_settings.default_internal_user_params`', DEFAULT_USER],
  ['`litellm_settings.default_team_params`', DEFAULT_TEAM],
  ['`general_settings`', GENERAL_SETTINGS, UNBUILT_GENERAL_SETTINGS],
  ['`general_settings.key_management_settings`', KEY_MANAGEMENT_SETTINGS],
  ['`alerts`', ALERTS],
  ['`alerts.webhooks[]`', ALERT_WEBHOOK],
  ['`alerts.anomalies`', ALERT_ANOMALIES],
  ['`exports`', EXPORTS],
  ['`exports.s3`', S3_EXPORT],
  ['`exports.langfuse`', LANGFUSE_EXPORT],
];

/** Markdown tables of every key the YAML file may have, section by section. */
export function renderYamlTables(): string {
  return SECTIONS.map(([title, shape, unbuilt]) => {
    const table = renderTable(shape);
    return `### ${title}\n\n${table}${unbuilt ? `\n\n${renderUnbuilt(unbuilt)}` : ''}`;
  }).join('\n\n');
}

function renderTable(shape: Shape): string {
  const rows = Object.entries(shape).map(
    ([key, schema]) => `| \`${key}\` | ${cell(expected(schema))} | ${cell(schema.meta()?.description ?? '')} |`,
  );
  return ['| Key | Value | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function renderUnbuilt(shape: Shape): string {
  const summary = 'Accepted with a warning, without effect yet';
  return `<details><summary>${summary}</summary>\n\n${renderTable(shape)}\n\n</details>`;
}

/** What the schema says when a value is wrong is what a value must be. */
function expected(schema: z.ZodType): string {
  const verdict = schema.safeParse(Symbol('no value of YAML'));
  return verdict.success ? 'anything' : (verdict.error.issues[0]?.message ?? 'anything');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
