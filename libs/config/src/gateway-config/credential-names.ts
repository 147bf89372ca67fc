/**
 * `litellm_params` beside `api_key` that say who calls. All of them may be `os.environ/NAME`, read by the workers; secret
 * ones are sealed when they are written out.
 */
export const CREDENTIAL_NAMES = {
  azure_ad_token: { isSecret: true },
  tenant_id: { isSecret: false },
  client_id: { isSecret: false },
  client_secret: { isSecret: true },
  client_certificate_path: { isSecret: false },
  client_certificate_password: { isSecret: true },
  azure_federated_token_file: { isSecret: false },
  azure_credential: { isSecret: false },
  azure_scope: { isSecret: false },
  aws_access_key_id: { isSecret: true },
  aws_secret_access_key: { isSecret: true },
  aws_session_token: { isSecret: true },
  aws_region_name: { isSecret: false },
  aws_profile_name: { isSecret: false },
  aws_role_name: { isSecret: false },
  aws_session_name: { isSecret: false },
  aws_external_id: { isSecret: true },
  aws_web_identity_token: { isSecret: true },
  aws_sts_endpoint: { isSecret: false },
  aws_bedrock_runtime_endpoint: { isSecret: false },
  vertex_credentials: { isSecret: true },
  vertex_project: { isSecret: false },
  vertex_location: { isSecret: false },
  token: { isSecret: true },
  zen_api_key: { isSecret: true },
  project_id: { isSecret: false },
  space_id: { isSecret: false },
  watsonx_region_name: { isSecret: false },
} as const satisfies Readonly<Record<string, { readonly isSecret: boolean }>>;

export type CredentialName = keyof typeof CREDENTIAL_NAMES;

export function isCredentialName(name: string): name is CredentialName {
  return Object.hasOwn(CREDENTIAL_NAMES, name);
}

export function isSecretCredential(name: string): boolean {
  return isCredentialName(name) && CREDENTIAL_NAMES[name].isSecret;
}
