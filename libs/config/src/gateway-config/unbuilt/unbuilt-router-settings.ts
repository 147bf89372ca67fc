import { key } from '../schema-key';
import {
  closed,
  countValue,
  durationValue,
  flagValue,
  listOf,
  mapOf,
  mappingValue,
  scalarValue,
  secondsValue,
  textsValue,
  textValue,
  usdValue,
} from './unbuilt-values';

const PROVIDER_BUDGET = closed({
  budget_limit: key(usdValue, 'USD.'),
  max_budget: key(usdValue, 'Another name for `budget_limit`.'),
  time_period: key(durationValue, 'When it begins anew, e.g. `1d`.'),
  budget_duration: key(durationValue, 'Another name for `time_period`.'),
  tpm_limit: key(countValue, 'Tokens a minute.'),
  rpm_limit: key(countValue, 'Requests a minute.'),
});

const GENERAL = closed({
  async_only_mode: key(flagValue, 'Of LiteLLM’s Python clients. Default: `false`.'),
  pass_through_all_models: key(flagValue, 'Serve models that are not listed, too. Default: `false`.'),
});

/** Of `router_settings`. */
export const UNBUILT_ROUTER_SETTINGS = {
  redis_host: key(scalarValue, 'Redis (here: `LLM_GATEWAY_REDIS_URL`).'),
  redis_port: key(countValue, 'Its port. Default: 6379.'),
  redis_password: key(scalarValue, 'Its password.'),
  redis_username: key(scalarValue, 'Its user.'),
  redis_db: key(countValue, 'Its database. Default: 0.'),
  redis_url: key(scalarValue, 'All of these in one URL.'),
  redis_ssl: key(flagValue, 'By TLS. Default: `false`.'),
  cache_responses: key(flagValue, 'Answer what was answered before. Default: `false`.'),
  cache_kwargs: key(mappingValue, 'How the cache connects.'),
  caching_groups: key(
    listOf(listOf(textValue, 'model groups'), 'lists of model groups'),
    'Model groups that share their cached answers.',
  ),
  deployment_affinity_ttl_seconds: key(secondsValue, 'Seconds that a key keeps its deployment. Default: 3600.'),
  model_group_affinity_config: key(mapOf(textsValue, 'model groups to lists'), 'Affinities of single model groups.'),
  default_priority: key(countValue, 'Priority of requests that say none; lower goes first.'),
  polling_interval: key(secondsValue, 'Seconds between looks at the queue. Default: 0.03.'),
  default_litellm_params: key(mappingValue, '`litellm_params` of every deployment.'),
  provider_budget_config: key(mapOf(PROVIDER_BUDGET, 'providers to budgets'), 'Budgets of providers.'),
  ignore_invalid_deployments: key(
    flagValue,
    'Leave out entries with faults. Default: `true`; here a faulty file is refused.',
  ),
  client_ttl: key(secondsValue, 'Seconds that clients of providers are kept. Default: 3600.'),
  search_tools: key(listOf(mappingValue, 'mappings'), 'See the top-level key.'),
  guardrail_list: key(listOf(mappingValue, 'mappings'), 'Guardrails that share their load.'),
  enable_health_check_routing: key(flagValue, 'See `general_settings`. Default: `false`.'),
  health_check_staleness_threshold: key(secondsValue, 'See `general_settings`.'),
  health_check_ignore_transient_errors: key(flagValue, 'See `general_settings`. Default: `false`.'),
  alerting_config: key(mappingValue, 'Where alerts go.'),
  router_general_settings: key(GENERAL, 'More of it.'),
  assistants_config: key(mappingValue, 'See `assistant_settings`.'),
};
