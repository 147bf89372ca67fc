import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretBackend } from '../secret-backend';
import { SecretReadError } from '../secret-read-error';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors, and those of signatures. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'DecryptionFailure',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'UnrecognizedClientException',
]);
const ARN_REGION = /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):/;
/** Asking once more is the store's affair. */
const ATTEMPTS = 2;

export interface AwsSecretsOptions {
  /** Of names; an ARN has its own. */
  readonly region: string | undefined;
}

/** AWS Secrets Manager by AWS's own client: its chain of credentials, its variables for endpoints. Loaded when first needed. */
export class AwsSecrets implements SecretBackend {
  private readonly clients = new Map<string, Promise<SecretsManagerClient>>();

  constructor(private readonly options: AwsSecretsOptions) {}

  async read(name: string, signal: AbortSignal): Promise<string> {
    const region = ARN_REGION.exec(name)?.[1] ?? this.options.region;
    if (region === undefined) throw new SecretReadError('unusable', 'AWS_REGION is not set');
    try {
      const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
      const client = await this.clientOf(region);
      const answer = await client.send(new GetSecretValueCommand({ SecretId: name }), { abortSignal: signal });
      if (answer.SecretString !== undefined) return answer.SecretString;
      if (answer.SecretBinary) return Buffer.from(answer.SecretBinary).toString('utf8');
    } catch (error) {
      throw explain(error);
    }
    throw new SecretReadError('absent', 'the secret has no value');
  }

  close(): void {
    for (const client of this.clients.values()) {
      client.then(
        (open) => open.destroy(),
        () => undefined, // there is nothing to close
      );
    }
    this.clients.clear();
  }

  private clientOf(region: string): Promise<SecretsManagerClient> {
    const known = this.clients.get(region);
    if (known) return known;
    const client = import('@aws-sdk/client-secrets-manager').then(
      ({ SecretsManagerClient: Client }) => new Client({ region, maxAttempts: ATTEMPTS }),
    );
    this.clients.set(region, client);
    return client;
  }
}

/** By the error's name alone: messages name accounts, roles and sometimes more. */
function explain(error: unknown): SecretReadError {
  const { name } = error instanceof Error ? error : { name: '' };
  const said = /^[A-Za-z]{1,60}$/.test(name) ? ` (${name})` : '';
  if (name === 'ResourceNotFoundException')
    return new SecretReadError('absent', 'AWS Secrets Manager has no such secret');
  if (REFUSALS.has(name)) return new SecretReadError('refused', `AWS Secrets Manager does not let us read it${said}`);
  return new SecretReadError('unreachable', `AWS Secrets Manager could not be asked${said}`);
}
