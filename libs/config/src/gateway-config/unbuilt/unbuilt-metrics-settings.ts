import { key } from '../schema-key';
import { closed, flagValue, listOf, textsValue, textValue } from './unbuilt-values';

const METRICS_GROUP = {
  group: key(textValue, 'For people.'),
  metrics: key(textsValue, 'Names of the metrics.'),
  include_labels: key(textsValue, 'Their labels.'),
};

/** Of `litellm_settings`: Prometheus. */
export const UNBUILT_METRICS_SETTINGS = {
  custom_prometheus_metadata_labels: key(textsValue, 'Metadata that become labels, e.g. `metadata.team`.'),
  custom_prometheus_tags: key(textsValue, 'Tags that become labels.'),
  prometheus_metrics_config: key(listOf(closed(METRICS_GROUP), 'mappings'), 'Which metrics, with which labels.'),
  prometheus_initialize_budget_metrics: key(flagValue, 'Show budgets from the start. Default: `false`.'),
  prometheus_emit_stream_label: key(flagValue, 'Tell streams apart. Default: `false`.'),
  prometheus_exclude_metrics: key(textsValue, 'Metrics left out.'),
  prometheus_exclude_labels: key(textsValue, 'Labels left out.'),
  require_auth_for_metrics_endpoint: key(flagValue, '`/metrics` demands a key. Default: `false`.'),
  disable_end_user_cost_tracking_prometheus_only: key(flagValue, 'Without customers in the metrics.'),
  enable_end_user_cost_tracking_prometheus_only: key(flagValue, 'With customers in the metrics. Default: `false`.'),
};
