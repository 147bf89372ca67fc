import { key } from '../schema-key';
import {
  countValue,
  flagValue,
  listOf,
  mappingValue,
  open,
  scalarValue,
  secondsValue,
  textsValue,
  textValue,
} from './unbuilt-values';

/** Of `model_info`: notes of people and of LiteLLM, which ask for nothing. */
export const MODEL_INFO_NOTES = {
  db_model: key(flagValue, 'Whether it is kept in the database. Default: `false`.'),
  description: key(scalarValue, 'For people.'),
  litellm_provider: key(textValue, 'The provider, for people.'),
  created_at: key(scalarValue, 'Written by LiteLLM.'),
  updated_at: key(scalarValue, 'Written by LiteLLM.'),
  created_by: key(scalarValue, 'Written by LiteLLM.'),
  updated_by: key(scalarValue, 'Written by LiteLLM.'),
  key: key(scalarValue, 'Written by LiteLLM.'),
  supported_openai_params: key(textsValue, 'Request fields it has.'),
  output_vector_size: key(countValue, 'Numbers of an embedding.'),
};

/** Of `model_info`. */
export const UNBUILT_MODEL_INFO = {
  access_groups: key(textsValue, 'Groups of models that keys are allowed.'),
  tier: key(textValue, '`free` or `paid`.'),
  team_id: key(scalarValue, 'The only team it is for.'),
  team_public_model_name: key(textValue, 'What that team calls it.'),
  blocked: key(flagValue, 'Whether it is out of service. Default: `false`.'),
  health_check_model: key(textValue, 'The model that checks call, for wildcards.'),
  health_check_timeout: key(secondsValue, 'Seconds for a check.'),
  health_check_max_tokens: key(countValue, 'Tokens a check asks for.'),
  health_check_voice: key(textValue, 'The voice a check asks for.'),
  disable_background_health_check: key(flagValue, 'Without checks. Default: `false`.'),
  supported_environments: key(textsValue, 'Environments it is served in.'),
  adaptive_router_preferences: key(
    open({ quality_tier: key(scalarValue, 'How good it is.'), strengths: key(textsValue, 'What it is good at.') }),
    'For the router that learns.',
  ),
  tiered_pricing: key(listOf(mappingValue, 'mappings'), 'Prices by the length of the prompt.'),
  search_context_cost_per_query: key(mappingValue, 'USD per search on the web, by size.'),
};
