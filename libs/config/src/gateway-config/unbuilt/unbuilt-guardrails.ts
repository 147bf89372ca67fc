import { z } from 'zod';
import { key } from '../schema-key';
import {
  closed,
  flagValue,
  listOf,
  mapOf,
  mappingValue,
  open,
  scalarValue,
  textsValue,
  textValue,
  wordValue,
} from './unbuilt-values';

const HOOKS = wordValue(
  'pre_call',
  'during_call',
  'post_call',
  'logging_only',
  'pre_mcp_call',
  'during_mcp_call',
  'realtime_input_transcription',
);
const hooks = z.union([HOOKS, z.array(HOOKS)], { error: 'a hook such as pre_call, or a list of them' });

const MODE_BY_TAG = {
  tags: z.record(z.string(), hooks).meta({ description: 'Tags → when it looks; required.' }),
  default: key(hooks, 'When it looks at all others.'),
};

/** Several hooks at once, also by the request's tags. */
const MODE = z.union([hooks, z.strictObject(MODE_BY_TAG)], {
  error: 'pre_call, during_call, post_call or another hook, a list of them, or a mapping of tags and default',
});

/** Open: every integration has settings of its own. */
const GUARDRAIL_PARAMS = open({
  guardrail: textValue.meta({ description: 'The integration, e.g. `presidio`, `bedrock`; required.' }),
  mode: MODE.meta({ description: 'When it looks; required.' }),
  default_on: key(flagValue, 'For requests that do not ask for it, too. Default: `false`.'),
  api_key: key(scalarValue, 'Its key.'),
  api_base: key(textValue, 'Where it is.'),
  guardrailIdentifier: key(scalarValue, 'Bedrock: which.'),
  guardrailVersion: key(scalarValue, 'Bedrock: which version.'),
  mask_request_content: key(flagValue, 'Hide what it finds instead of refusing. Default: `false`.'),
  mask_response_content: key(flagValue, 'The same in answers. Default: `false`.'),
  pii_entities_config: key(
    mapOf(wordValue('BLOCK', 'MASK'), 'kinds to BLOCK or MASK'),
    'Presidio: what is looked for.',
  ),
  presidio_language: key(textValue, 'Presidio: the language. Default: `en`.'),
  presidio_filter_scope: key(wordValue('input', 'output', 'both'), 'Presidio: where.'),
  output_parse_pii: key(flagValue, 'Presidio: put back into answers what was hidden. Default: `false`.'),
  unreachable_fallback: key(wordValue('fail_closed', 'fail_open'), 'When it cannot be asked. Default: `fail_closed`.'),
  guardrail_timeout: key(scalarValue, 'Seconds for its verdict.'),
  optional_params: key(mappingValue, 'Further settings.'),
  additional_provider_specific_params: key(mappingValue, 'Further settings.'),
});

const GUARDRAIL = closed({
  guardrail_name: textValue.meta({ description: 'What requests and keys ask for; required.' }),
  guardrail_id: key(scalarValue, 'For the management API.'),
  litellm_params: GUARDRAIL_PARAMS.meta({ description: 'What it is; required.' }),
  guardrail_info: key(mappingValue, 'What is shown of it.'),
  policy_template: key(textValue, 'The policy it was made from.'),
});

/** `[{pii: {callbacks: […], default_on: true}}]`: the way before `guardrail_name`, inside `litellm_settings`. */
export const OLD_GUARDRAILS = listOf(mappingValue, 'mappings');

/** The top-level keys. */
export const GUARDRAILS = listOf(GUARDRAIL, 'mappings with guardrail_name and litellm_params');

export const POLICIES = mapOf(
  closed({
    inherit: key(textValue, 'The policy it begins with.'),
    description: key(scalarValue, 'For people.'),
    guardrails: key(
      closed({ add: key(textsValue, 'Guardrails more.'), remove: key(textsValue, 'Guardrails less.') }),
      'What checks requests.',
    ),
    condition: key(closed({ model: key(textsValue, 'Models, as regular expressions.') }), 'When it holds.'),
    pipeline: key(mappingValue, 'Guardrails one after another.'),
  }),
  'names to policies',
);

export const POLICY_ATTACHMENTS = listOf(
  closed({
    policy: textValue.meta({ description: 'The policy; required.' }),
    scope: key(textValue, '`*` is everybody.'),
    teams: key(textsValue, 'Teams.'),
    keys: key(textsValue, 'Keys, by alias.'),
    models: key(textsValue, 'Models.'),
    tags: key(textsValue, 'Tags of requests.'),
  }),
  'mappings with policy',
);
