import { type Environment, type EnvironmentSource, processEnvironment } from '@gateway/config';
import { type GoogleCaller, GoogleTokenSources } from '@gateway/provider-kit';
import type { Logger, Metrics } from '@gateway/telemetry';
import { AwsSecrets } from './aws/aws-secrets';
import { MountedFiles } from './files/mounted-files';
import { GoogleSecrets } from './google/google-secrets';
import type { SecretBackend } from './secret-backend';
import { observeSecrets } from './store/observe-secrets';
import { SecretStore } from './store/secret-store';
import { SYSTEM_CLOCK } from './store/store-clock';
import type { VaultLogin } from './vault/vault-login';
import { VaultSecrets } from './vault/vault-secrets';

/** Of a service that has the variables for it. */
export type SecretEnvironment = Environment<'provider-workers'> | Environment<'cost-ledger'>;

export interface SecretStoreParts {
  readonly environment: SecretEnvironment;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly metrics: Metrics;
  readonly onChange: () => void;
}

/** The secrets of this process, as its environment says. Nothing is read before somebody looks something up. */
export function createSecretStore({ environment, logger, metrics, onChange }: SecretStoreParts): SecretStore {
  const variables = processEnvironment();
  return new SecretStore({
    backends: {
      aws_secret_manager: new AwsSecrets({ region: regionIn(variables) }),
      hashicorp_vault: openVault(environment),
      google_secret_manager: openGoogle(environment, variables),
      'os.file': new MountedFiles(environment.secretDirectories),
    },
    environment: variables,
    lifetimeMs: environment.secretTtlMs,
    timeoutMs: environment.secretTimeoutMs,
    clock: SYSTEM_CLOCK,
    observer: observeSecrets(logger, metrics),
    onChange,
  });
}

/** LiteLLM's variable, then AWS's own. */
function regionIn(variables: EnvironmentSource): string | undefined {
  return variables.AWS_REGION_NAME || variables.AWS_REGION || variables.AWS_DEFAULT_REGION || undefined;
}

function openVault(environment: SecretEnvironment): SecretBackend | null {
  const { vaultAddress: address, vaultClientCert: cert, vaultClientKey: key, vaultCaPath: ca } = environment;
  const login = vaultLogin(environment);
  if (address === undefined || login === null) return null;
  return new VaultSecrets({
    address,
    namespace: environment.vaultNamespace,
    mount: environment.vaultMount,
    pathPrefix: environment.vaultPathPrefix,
    kvVersion: environment.vaultKvVersion,
    login,
    tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    clock: SYSTEM_CLOCK,
  });
}

function vaultLogin(environment: SecretEnvironment): VaultLogin | null {
  const { vaultRoleId: roleId, vaultKubernetesRole: role, vaultClientCert, vaultToken: token } = environment;
  if (roleId !== undefined) {
    return { type: 'approle', mount: environment.vaultAppRoleMount, roleId, secretId: environment.vaultSecretId };
  }
  if (role !== undefined) {
    const { vaultKubernetesMount: mount, vaultKubernetesTokenPath: tokenPath } = environment;
    return { type: 'kubernetes', mount, role, tokenPath };
  }
  if (token !== undefined) return { type: 'token', token };
  return vaultClientCert === undefined ? null : { type: 'cert', role: environment.vaultCertRole };
}

function openGoogle(environment: SecretEnvironment, variables: EnvironmentSource): SecretBackend {
  const path = variables.GOOGLE_APPLICATION_CREDENTIALS;
  const caller: GoogleCaller = path ? { type: 'file', path } : { type: 'default' };
  let sources: GoogleTokenSources | null = null;
  // Whoever reads nothing from Google signs in nowhere.
  const tokens = () => {
    sources ??= new GoogleTokenSources({
      nowMs: SYSTEM_CLOCK.nowMs,
      unixMs: SYSTEM_CLOCK.unixMs,
      after: (delayMs, run) => void SYSTEM_CLOCK.after(delayMs, run),
      onAvailability: () => undefined,
    });
    return sources.of(caller);
  };
  return new GoogleSecrets({ url: environment.googleSecretsUrl, project: environment.googleSecretsProject, tokens });
}
