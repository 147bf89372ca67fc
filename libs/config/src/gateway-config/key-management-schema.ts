import { z } from 'zod';
import { key } from './schema-key';
import { flag, oneOf, text, textList } from './yaml-values';

/** Managers of LiteLLM's that names are looked up at here. */
export const READ_MANAGERS = ['aws_secret_manager', 'google_secret_manager', 'hashicorp_vault'] as const;

/** `local` is the environment; the others LiteLLM knows, too. */
const MANAGERS = [...READ_MANAGERS, 'local', 'aws_kms', 'azure_key_vault', 'google_kms', 'cyberark', 'custom'] as const;

/** What LiteLLM has settings for and this gateway does not do: writing to managers, and signing in as a file says. */
const WITHOUT_EFFECT = {
  store_virtual_keys: key(flag, 'Without effect: keys of clients are kept by the gateway alone, as hashes.'),
  prefix_for_stored_virtual_keys: key(text, 'Without effect.'),
  description: key(text, 'Without effect.'),
  tags: key(z.record(z.string(), z.unknown(), { error: 'a mapping' }), 'Without effect.'),
  custom_secret_manager: key(text, 'Without effect.'),
  aws_region_name: key(text, 'Without effect: `AWS_REGION` says it, where the workers run.'),
  aws_role_name: key(text, 'Without effect: AWS’s own variables and files say who reads.'),
  aws_session_name: key(text, 'Without effect.'),
  aws_external_id: key(text, 'Without effect.'),
  aws_profile_name: key(text, 'Without effect.'),
  aws_web_identity_token: key(text, 'Without effect.'),
  aws_sts_endpoint: key(text, 'Without effect.'),
};

export const KEY_MANAGEMENT_WITHOUT_EFFECT: readonly string[] = Object.keys(WITHOUT_EFFECT);

export const KEY_MANAGEMENT_SETTINGS = {
  hosted_keys: key(textList, 'The only names that the manager is asked for. Default: all.'),
  primary_secret_name: key(
    text,
    'The one secret that has them all: a JSON object by name. Default: each name is a secret.',
  ),
  access_mode: key(
    oneOf(['read_only', 'write_only', 'read_and_write']),
    '`write_only` asks the manager for nothing. Nothing is written to it, whatever this says. Default: `read_only`.',
  ),
  ...WITHOUT_EFFECT,
};

export const KEY_MANAGEMENT = {
  key_management_system: key(
    oneOf(MANAGERS),
    'Where `os.environ/NAME` of secrets is looked up before the environment: `aws_secret_manager`, `hashicorp_vault`, `google_secret_manager`; see [secrets](secrets.md). `local` is the environment alone; the others are accepted with a warning, without effect yet.',
  ),
  key_management_settings: key(z.strictObject(KEY_MANAGEMENT_SETTINGS, { error: 'a mapping' }), 'See below.'),
};
