import { z } from 'zod';
import { defaulted, optional } from './environment-field';
import { milliseconds, text, urlWithScheme } from './environment-values';
import { MILLISECONDS } from './shared-fields';

const PATH = 'a file path';
const MOUNT = 'a mount path, e.g. team-a/kv';

const mountPath = z.string().regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/);

const directories: z.ZodType<readonly string[], string> = z.string().transform((value, context) => {
  const paths = value.split(',').flatMap((path) => path.trim() || []);
  if (paths.every((path) => path.startsWith('/'))) return Object.freeze(paths);
  context.addIssue({ code: 'custom', message: 'not a list of directories' });
  return z.NEVER;
});

/** How a service that looks secrets up reads them; the names of Vault and Google are LiteLLM's. */
export const SECRET_FIELDS = {
  secretTtlMs: defaulted('LLM_GATEWAY_SECRET_TTL_MS', {
    schema: milliseconds,
    description: 'How old a secret of a manager may be: it is read again a while before, in the background.',
    expected: MILLISECONDS,
    default: '300000',
  }),
  secretTimeoutMs: defaulted('LLM_GATEWAY_SECRET_TIMEOUT_MS', {
    schema: milliseconds,
    description: 'How long reading one secret may take, with signing in to its manager.',
    expected: MILLISECONDS,
    default: '5000',
  }),
  secretStartWaitMs: defaulted('LLM_GATEWAY_SECRET_START_WAIT_MS', {
    schema: milliseconds,
    description:
      'How long a starting worker waits for its secrets; then it starts without those that did not come, and goes on asking.',
    expected: MILLISECONDS,
    default: '3000',
  }),
  secretDirectories: defaulted('LLM_GATEWAY_SECRET_DIRECTORIES', {
    schema: directories,
    description: 'Directories that `os.file/…` may name files of, their subdirectories included.',
    expected: 'absolute paths separated by commas',
    default: '/run/secrets,/var/run/secrets,/etc/secrets,/mnt/secrets,/vault/secrets',
  }),
  vaultAddress: optional('HCP_VAULT_ADDR', {
    schema: urlWithScheme('http', 'https'),
    description: 'HashiCorp Vault (or OpenBao), for `hashicorp_vault/…`.',
    expected: 'an http:// or https:// URL',
    defaultInWords: 'no Vault',
  }),
  vaultNamespace: optional('HCP_VAULT_NAMESPACE', {
    schema: mountPath,
    description: 'Vault Enterprise: the namespace.',
    expected: 'a namespace, e.g. admin/team-a',
    defaultInWords: 'none',
  }),
  vaultMount: defaulted('HCP_VAULT_MOUNT_NAME', {
    schema: mountPath,
    description: 'Vault: where the key-value engine is mounted.',
    expected: MOUNT,
    default: 'secret',
  }),
  vaultPathPrefix: optional('HCP_VAULT_PATH_PREFIX', {
    schema: mountPath,
    description: 'Vault: comes before every path.',
    expected: 'a path, e.g. llm/production',
    defaultInWords: 'nothing',
  }),
  vaultKvVersion: defaulted('LLM_GATEWAY_VAULT_KV_VERSION', {
    schema: z.enum(['1', '2']),
    description: 'Vault: the version of the key-value engine.',
    expected: '1 or 2',
    default: '2',
  }),
  vaultToken: optional('HCP_VAULT_TOKEN', {
    schema: text,
    description:
      'Vault: a token; it is renewed where it may be. Used when there is neither an AppRole nor another role.',
    expected: 'a token',
    secret: true,
    defaultInWords: 'none',
  }),
  vaultRoleId: optional('HCP_VAULT_APPROLE_ROLE_ID', {
    schema: text,
    description: 'Vault: signs in as this AppRole.',
    expected: 'a role id',
    defaultInWords: 'no AppRole',
  }),
  vaultSecretId: optional('HCP_VAULT_APPROLE_SECRET_ID', {
    schema: text,
    description: 'Vault: the secret id of the AppRole.',
    expected: 'a secret id',
    secret: true,
    defaultInWords: 'none, for roles that need none',
  }),
  vaultAppRoleMount: defaulted('HCP_VAULT_APPROLE_MOUNT_PATH', {
    schema: mountPath,
    description: 'Vault: where AppRoles sign in.',
    expected: MOUNT,
    default: 'approle',
  }),
  vaultKubernetesRole: optional('LLM_GATEWAY_VAULT_KUBERNETES_ROLE', {
    schema: text,
    description: 'Vault: signs in as this role with the pod’s service account.',
    expected: 'a role',
    defaultInWords: 'none',
  }),
  vaultKubernetesMount: defaulted('LLM_GATEWAY_VAULT_KUBERNETES_MOUNT', {
    schema: mountPath,
    description: 'Vault: where service accounts of Kubernetes sign in.',
    expected: MOUNT,
    default: 'kubernetes',
  }),
  vaultKubernetesTokenPath: defaulted('LLM_GATEWAY_VAULT_KUBERNETES_TOKEN_PATH', {
    schema: text,
    description: 'Vault: the file with the service account’s token.',
    expected: PATH,
    default: '/var/run/secrets/kubernetes.io/serviceaccount/token',
  }),
  vaultClientCert: optional('HCP_VAULT_CLIENT_CERT', {
    schema: text,
    description: 'Vault: a PEM file with the certificate to show; signs in with it when nothing else does.',
    expected: PATH,
    defaultInWords: 'none',
  }),
  vaultClientKey: optional('HCP_VAULT_CLIENT_KEY', {
    schema: text,
    description: 'Vault: a PEM file with its private key.',
    expected: PATH,
    defaultInWords: 'none',
  }),
  vaultCertRole: optional('HCP_VAULT_CERT_ROLE', {
    schema: text,
    description: 'Vault: the role to sign in as with the certificate.',
    expected: 'a role',
    defaultInWords: 'whichever fits the certificate',
  }),
  vaultCaPath: optional('VAULT_CACERT', {
    schema: text,
    description: 'Vault: a PEM file with the authorities that its certificate may come from.',
    expected: PATH,
    defaultInWords: 'those that Node knows',
  }),
  googleSecretsProject: optional('GOOGLE_SECRET_MANAGER_PROJECT_ID', {
    schema: z.string().regex(/^[A-Za-z0-9.:-]{1,63}$/),
    description: 'Google Secret Manager: the project of secrets that name none.',
    expected: 'the id of a project',
    defaultInWords: 'none; references must name one',
  }),
  googleSecretsUrl: defaulted('LLM_GATEWAY_GOOGLE_SECRETS_URL', {
    schema: urlWithScheme('http', 'https'),
    description: 'Google Secret Manager: where it is, e.g. a regional endpoint.',
    expected: 'an http:// or https:// URL',
    default: 'https://secretmanager.googleapis.com',
  }),
} as const;
