import { key } from '../schema-key';
import {
  anyNumber,
  closed,
  countValue,
  durationValue,
  flagValue,
  mapOf,
  open,
  scalarValue,
  secondsValue,
  textsValue,
  textValue,
} from './unbuilt-values';

const DATABASE = {
  database_url: key(scalarValue, 'PostgreSQL (here: `LLM_GATEWAY_DATABASE_URL`).'),
  database_connection_pool_limit: key(countValue, 'Connections of each process. Default: 10.'),
  database_connection_timeout: key(secondsValue, 'Seconds to wait for one. Default: 60.'),
  database_connection_pool_timeout: key(secondsValue, 'Seconds to wait for one of the pool. Default: 60.'),
  disable_prisma_schema_update: key(flagValue, 'Do not migrate at the start. Default: `false`.'),
  store_model_in_db: key(flagValue, 'Models may be changed by the API. Default: `false`.'),
  supported_db_objects: key(textsValue, 'What else may be changed by it, e.g. `models`, `mcp`.'),
  allow_requests_on_db_unavailable: key(flagValue, 'Serve whoever comes while it is away. Default: `false`.'),
};

const BOOKS = {
  disable_budget_reservation: key(flagValue, 'Reserve nothing before a call. Default: `false`.'),
  fail_closed_budget_enforcement: key(flagValue, 'Refuse calls while budgets cannot be read. Default: `false`.'),
  proxy_batch_write_at: key(secondsValue, 'Seconds between writes of the spend. Default: 10.'),
  proxy_budget_rescheduler_min_time: key(
    secondsValue,
    'Seconds between looks for budgets to reset, at least. Default: 597.',
  ),
  proxy_budget_rescheduler_max_time: key(secondsValue, 'And at most. Default: 605.'),
  proxy_batch_polling_interval: key(secondsValue, 'Seconds between looks at providers’ batches. Default: 6000.'),
  use_redis_transaction_buffer: key(flagValue, 'Gather the spend in Redis. Default: `false`.'),
  disable_spend_logs: key(flagValue, 'Keep no requests. Default: `false`.'),
  disable_spend_updates: key(flagValue, 'Keep no sums. Default: `false`.'),
  disable_error_logs: key(flagValue, 'Keep no failures. Default: `false`.'),
  disable_reset_budget: key(flagValue, 'Budgets never begin anew. Default: `false`.'),
  store_prompts_in_spend_logs: key(flagValue, 'Keep prompts and answers. Default: `false`.'),
  maximum_spend_logs_retention_period: key(durationValue, 'How long requests are kept, e.g. `30d`.'),
  maximum_spend_logs_retention_interval: key(durationValue, 'How often old ones are removed. Default: `1d`.'),
  maximum_spend_logs_cleanup_cron: key(textValue, 'The same as a cron line.'),
  user_api_key_cache_ttl: key(secondsValue, 'Seconds that keys are remembered. Default: 60.'),
};

const HEALTH_CHECKS = {
  background_health_checks: key(flagValue, 'Call every model from time to time. Default: `false`.'),
  health_check_interval: key(secondsValue, 'Seconds between the calls. Default: 300.'),
  health_check_details: key(flagValue, 'Say in `/health` what was wrong. Default: `true`.'),
  health_check_concurrency: key(countValue, 'Calls at once.'),
  use_shared_health_check: key(flagValue, 'One gateway calls for all. Default: `false`.'),
  enable_health_check_routing: key(flagValue, 'Leave out what failed. Default: `false`.'),
  health_check_staleness_threshold: key(secondsValue, 'Seconds a verdict counts.'),
  health_check_ignore_transient_errors: key(flagValue, '429 and 408 are no failures. Default: `false`.'),
};

const ALERTING_ARGS = closed({
  daily_report_frequency: key(secondsValue, 'Seconds between reports. Default: 43200.'),
  report_check_interval: key(secondsValue, 'Seconds between looks. Default: 300.'),
  budget_alert_ttl: key(secondsValue, 'Seconds until a budget is told of again. Default: 86400.'),
  outage_alert_ttl: key(secondsValue, 'Seconds that failures are counted over. Default: 60.'),
  region_outage_alert_ttl: key(secondsValue, 'The same by region. Default: 60.'),
  minor_outage_alert_threshold: key(countValue, 'Failures of a small outage. Default: 5.'),
  major_outage_alert_threshold: key(countValue, 'Failures of a large one. Default: 10.'),
  max_outage_alert_list_size: key(countValue, 'Models named at most. Default: 10.'),
  log_to_console: key(flagValue, 'Also to the log. Default: `false`.'),
});

const ALERTING = {
  alerting: key(textsValue, 'Where to: `slack`, `email`, `webhook`, `pagerduty`; here see `alerts`.'),
  alerting_threshold: key(secondsValue, 'Seconds after which an answer is slow. Default: 300.'),
  alert_types: key(textsValue, 'What is told, e.g. `llm_exceptions`, `budget_alerts`. Default: everything.'),
  alert_to_webhook_url: key(mapOf(textsValue, 'types to texts'), 'By type: where to.'),
  alerting_args: key(ALERTING_ARGS, 'How often.'),
  alert_type_config: key(
    mapOf(
      open({
        digest: key(flagValue, 'Gather them. Default: `false`.'),
        digest_interval: key(anyNumber, 'Seconds that are gathered.'),
      }),
      'types to settings',
    ),
    'By type: gathered or not.',
  ),
  spend_report_frequency: key(durationValue, 'How often the spend is told.'),
};

/** Of `general_settings`: what the gateway does beside serving. */
export const UNBUILT_OPERATION_SETTINGS = {
  ...DATABASE,
  ...BOOKS,
  ...HEALTH_CHECKS,
  ...ALERTING,
  block_robots: key(flagValue, '`/robots.txt` forbids everything. Default: `false`.'),
};
