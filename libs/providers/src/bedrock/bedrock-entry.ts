import type { ProviderEntry } from '../provider-entry';
import { BEDROCK_ADAPTER } from './bedrock-adapter';
import { BEDROCK_CLAUDE_ADAPTER } from './bedrock-claude-adapter';
import { BEDROCK_EMBEDDINGS } from './bedrock-embeddings';
import { locateBedrock } from './bedrock-location';
import { BEDROCK_SIGN_IN } from './bedrock-sign-in';
import { BEDROCK_TEXT_ADAPTER } from './bedrock-text-adapter';

export const BEDROCK_ENTRY: ProviderEntry = {
  prefix: 'bedrock',
  displayName: 'Amazon Bedrock',
  defaultBaseUrl: null,
  apiKeyVariables: ['AWS_BEARER_TOKEN_BEDROCK'],
  baseUrlVariables: ['AWS_BEDROCK_RUNTIME_ENDPOINT', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
  locate: locateBedrock,
  signIn: BEDROCK_SIGN_IN,
  chat: BEDROCK_ADAPTER,
  moreChat: [BEDROCK_CLAUDE_ADAPTER, BEDROCK_TEXT_ADAPTER],
  operations: { embeddings: BEDROCK_EMBEDDINGS },
};

const { speaksAt: _speaksAt, ...converseAlone } = BEDROCK_ADAPTER;

/** The same by the name LiteLLM's users may write, which says the call to use. */
export const BEDROCK_CONVERSE_ENTRY: ProviderEntry = {
  ...BEDROCK_ENTRY,
  chat: converseAlone,
  moreChat: [],
  prefix: 'bedrock_converse',
  displayName: 'Amazon Bedrock, by LiteLLM’s other name',
};
