import { key } from '../schema-key';
import {
  anyNumber,
  countValue,
  durationValue,
  either,
  flagValue,
  listOf,
  mappingValue,
  open,
  scalarValue,
  textsValue,
  textValue,
  usdValue,
} from './unbuilt-values';

const CACHE_POINT = open({
  location: key(textValue, '`message`.'),
  role: key(textValue, 'Messages of this role.'),
  index: key(anyNumber, 'The message with this number; -1 is the last.'),
});

const LEARNED_ROUTERS = {
  auto_router_config_path: key(textValue, 'Router by meaning: its file.'),
  auto_router_config: key(scalarValue, 'Router by meaning: the same as JSON.'),
  auto_router_default_model: key(textValue, 'Router by meaning: the model group of all else.'),
  auto_router_embedding_model: key(textValue, 'Router by meaning: what prompts are compared by.'),
  complexity_router_config: key(mappingValue, 'Router by difficulty: its tiers.'),
  complexity_router_default_model: key(textValue, 'Router by difficulty: the model group of all else.'),
  adaptive_router_config: key(mappingValue, 'Router that learns: its models.'),
  adaptive_router_default_model: key(textValue, 'Router that learns: the model group of all else.'),
  quality_router_config: key(mappingValue, 'Router by quality: its tiers.'),
  quality_router_default_model: key(textValue, 'Router by quality: the model group of all else.'),
};

const PROVIDERS_OWN = {
  azure_username: key(textValue, 'Azure OpenAI: a user that signs in.'),
  azure_password: key(scalarValue, 'Azure OpenAI: the password.'),
  gcs_bucket_name: key(textValue, 'Vertex AI: the bucket of files and batches.'),
  aws_bedrock_project_id: key(scalarValue, 'Bedrock: the project.'),
  s3_bucket_name: key(textValue, 'Bedrock: the bucket of files and batches.'),
  s3_encryption_key_id: key(textValue, 'Bedrock: the key it is encrypted with.'),
  vector_store_id: key(scalarValue, 'The vector store that is searched.'),
  milvus_text_field: key(textValue, 'Milvus: the field with the text.'),
  milvus_db_name: key(textValue, 'Milvus: the database.'),
  milvus_partition_names: key(textsValue, 'Milvus: the partitions.'),
};

const FURTHER_PRICES = {
  tiered_pricing: key(listOf(mappingValue, 'mappings'), 'Prices by the length of the prompt.'),
  search_context_cost_per_query: key(mappingValue, 'USD per search on the web, by size.'),
  citation_cost_per_token: key(usdValue, 'USD per token that is cited.'),
  ocr_cost_per_page: key(usdValue, 'USD per page that is read.'),
  ocr_cost_per_credit: key(usdValue, 'USD per credit of the provider’s.'),
  annotation_cost_per_page: key(usdValue, 'USD per page that is annotated.'),
  output_vector_size: key(countValue, 'Numbers of an embedding.'),
};

/** Of `litellm_params`. */
export const UNBUILT_LITELLM_PARAMS = {
  ...LEARNED_ROUTERS,
  ...PROVIDERS_OWN,
  ...FURTHER_PRICES,
  organization: key(textsValue, 'OpenAI: the organization; of several each is a deployment.'),
  itpm: key(countValue, 'Prompt tokens per minute.'),
  otpm: key(countValue, 'Completion tokens per minute.'),
  tag_regex: key(textsValue, 'Regular expressions of `User-Agent: …` whose clients go here.'),
  additional_drop_params: key(textsValue, 'Request fields that are left out.'),
  allowed_openai_params: key(
    textsValue,
    'Request fields that are sent although the provider is not known to have them.',
  ),
  mock_response: key(either('text or a mapping', scalarValue, mappingValue), 'Answer this without calling anybody.'),
  max_budget: key(usdValue, 'USD the deployment may cost in `budget_duration`.'),
  budget_duration: key(durationValue, 'When the budget begins anew.'),
  default_api_key_tpm_limit: key(countValue, 'Tokens a minute of keys that have no limit.'),
  default_api_key_rpm_limit: key(countValue, 'Requests a minute of keys that have no limit.'),
  max_file_size_mb: key(anyNumber, 'Largest file in megabytes.'),
  use_in_pass_through: key(flagValue, 'Its key serves pass-through routes, too. Default: `false`.'),
  use_litellm_proxy: key(flagValue, 'Call it by another LiteLLM. Default: `false`.'),
  use_chat_completions_api: key(flagValue, 'Serve Responses by chat completions.'),
  use_xai_oauth: key(flagValue, 'xAI: sign in instead of a key. Default: `false`.'),
  merge_reasoning_content_in_choices: key(flagValue, 'Put the reasoning into the text. Default: `false`.'),
  cache_control_injection_points: key(listOf(CACHE_POINT, 'mappings'), 'Messages the provider is to cache.'),
  rust: key(flagValue, 'LiteLLM’s faster way. Default: `false`.'),
  silent_model: key(textValue, 'A model group that gets a copy of every request.'),
  model_info: key(mappingValue, 'See `model_list[].model_info`.'),
  litellm_trace_id: key(textValue, 'Written by LiteLLM.'),
};
