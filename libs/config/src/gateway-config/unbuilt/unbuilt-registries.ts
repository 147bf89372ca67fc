import { key } from '../schema-key';
import {
  closed,
  countValue,
  either,
  flagValue,
  listOf,
  mappingValue,
  open,
  scalarValue,
  secondsValue,
  textValue,
  wordValue,
} from './unbuilt-values';

const INTEGRATIONS = ['dotprompt', 'langfuse', 'bitbucket', 'gitlab', 'arize_phoenix', 'humanloop', 'generic'] as const;

/** The top-level keys. */
export const PROMPTS = listOf(
  closed({
    prompt_id: scalarValue.meta({ description: 'What requests ask for; required.' }),
    litellm_params: open({
      prompt_id: key(scalarValue, 'What it is called there.'),
      prompt_integration: key(wordValue(...INTEGRATIONS), 'Where it is kept.'),
      prompt_directory: key(textValue, 'The folder of dotprompt files.'),
      prompt_file: key(textValue, 'One dotprompt file.'),
      dotprompt_content: key(scalarValue, 'The prompt itself, as dotprompt.'),
      ignore_prompt_manager_model: key(flagValue, 'Keep the model that was asked for. Default: `false`.'),
      ignore_prompt_manager_optional_params: key(flagValue, 'Keep the parameters that were sent. Default: `false`.'),
    }).meta({ description: 'Where it is; required.' }),
    prompt_info: key(mappingValue, 'What is shown of it.'),
  }),
  'mappings with prompt_id and litellm_params',
);

export const VECTOR_STORES = listOf(
  closed({
    vector_store_name: key(scalarValue, 'What requests ask for.'),
    litellm_params: open({
      vector_store_id: key(scalarValue, 'Its id at the provider.'),
      custom_llm_provider: key(textValue, 'The provider.'),
      vector_store_description: key(scalarValue, 'For people.'),
      vector_store_metadata: key(either('a mapping or text', mappingValue, textValue), 'Notes.'),
      litellm_credential_name: key(textValue, 'Who calls.'),
    }).meta({ description: 'Which it is; required.' }),
  }),
  'mappings with litellm_params',
);

export const SEARCH_TOOLS = listOf(
  closed({
    search_tool_id: key(scalarValue, 'For the management API.'),
    search_tool_name: textValue.meta({ description: 'What requests ask for; required.' }),
    litellm_params: open({
      search_provider: textValue.meta({ description: 'Who searches; required.' }),
      api_key: key(scalarValue, 'Its key.'),
      api_base: key(textValue, 'Where it is.'),
      timeout: key(secondsValue, 'Seconds for a search.'),
      max_retries: key(countValue, 'Further calls after the first one.'),
    }).meta({ description: 'Who it is; required.' }),
    search_tool_info: key(mappingValue, 'What is shown of it.'),
  }),
  'mappings with search_tool_name and litellm_params',
);

/** Who keeps files and trains models. */
export const JOB_PROVIDERS = listOf(
  open({
    custom_llm_provider: textValue.meta({ description: 'The provider; required.' }),
    api_base: key(textValue, 'Where it is.'),
    api_key: key(scalarValue, 'Its key.'),
    api_version: key(scalarValue, 'Azure: the version.'),
    organization: key(scalarValue, 'OpenAI: the organization.'),
  }),
  'mappings with custom_llm_provider',
);

export const ASSISTANTS = closed({
  custom_llm_provider: key(textValue, 'The provider.'),
  litellm_params: key(mappingValue, 'How it is called.'),
});

export const DEFAULT_VERTEX = open({
  vertex_project: key(scalarValue, 'The project.'),
  vertex_location: key(textValue, 'The location.'),
  vertex_credentials: key(scalarValue, 'The credentials, or their file.'),
});
