/**
 * `litellm_params` beside `api_key` that say who calls. All of them may be `os.environ/NAME`, read by the workers; secret
 * ones are sealed when they are written out.
 */
export const CREDENTIAL_NAMES = {
  azure_ad_token: { isSecret: true },
  tenant_id: { isSecret: false },
  client_id: { isSecret: false },
  client_secret: { isSecret: true },
  azure_scope: { isSecret: false },
} as const satisfies Readonly<Record<string, { readonly isSecret: boolean }>>;

export type CredentialName = keyof typeof CREDENTIAL_NAMES;

export function isCredentialName(name: string): name is CredentialName {
  return Object.hasOwn(CREDENTIAL_NAMES, name);
}

export function isSecretCredential(name: string): boolean {
  return isCredentialName(name) && CREDENTIAL_NAMES[name].isSecret;
}
