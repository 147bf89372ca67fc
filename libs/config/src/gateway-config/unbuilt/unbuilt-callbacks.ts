import { key } from '../schema-key';
import { flagValue, listOf, mapOf, mappingValue, open, scalarValue, textsValue } from './unbuilt-values';

/** Of `litellm_settings`: who is told of requests. Here: `exports` and `alerts`. */
export const UNBUILT_CALLBACK_LISTS = {
  callbacks: key(textsValue, 'Loggers and hooks, e.g. `otel`, `langfuse_otel`, `prometheus`; here see `exports`.'),
  success_callback: key(textsValue, 'Told of requests that succeeded, e.g. `langfuse`, `s3`; here see `exports`.'),
  failure_callback: key(textsValue, 'Told of requests that failed; here see `exports`.'),
  service_callbacks: key(textsValue, 'Told how Redis, PostgreSQL and the like are.'),
  service_callback: key(textsValue, 'Another name for `service_callbacks`.'),
  audit_log_callbacks: key(textsValue, 'Told of changes by administrators.'),
  langfuse_default_tags: key(textsValue, 'What Langfuse’s traces are tagged with, e.g. `cache_hit`.'),
  s3_callback_params: key(mappingValue, 'The bucket of the callback `s3`; here see `exports.s3`.'),
  default_team_settings: key(
    listOf(
      open({
        team_id: scalarValue.meta({ description: 'The team; required.' }),
        success_callback: key(textsValue, 'Told of its requests that succeeded.'),
        failure_callback: key(textsValue, 'Told of those that failed.'),
        langfuse_public_key: key(scalarValue, 'Langfuse: the project’s public key.'),
        langfuse_secret: key(scalarValue, 'Langfuse: its secret.'),
        langfuse_host: key(scalarValue, 'Langfuse: where it runs.'),
      }),
      'mappings with team_id',
    ),
    'Who is told of the requests of single teams.',
  ),
};

/** The top-level key. */
export const CALLBACK_SETTINGS = mapOf(
  open({ message_logging: key(flagValue, 'Whether prompts and answers are told. Default: `true`.') }),
  'callbacks to their settings',
);
