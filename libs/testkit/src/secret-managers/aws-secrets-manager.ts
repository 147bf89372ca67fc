import { findSignatureFault } from '../emulators/bedrock/verify-aws-signature';
import { type ManagerAnswer, type ManagerRequest, SecretManagerServer } from './secret-manager-server';

const TARGET = 'secretsmanager.GetSecretValue';

/** AWS Secrets Manager's `GetSecretValue`, in its JSON 1.1 protocol, for keys that sign as they should. */
export class AwsSecretsManager extends SecretManagerServer {
  /** Of the only caller that may read. */
  readonly accessKeyId = 'AKIASTANDIN000000000';
  readonly secretAccessKey = 'stand-in-secret-access-key';
  protected override readonly contentType = 'application/x-amz-json-1.1';

  protected answer({ method, path, headers, body }: ManagerRequest): ManagerAnswer {
    const fault = findSignatureFault(
      { method, path, headers, body },
      {
        secretOf: (id) => (id === this.accessKeyId ? this.secretAccessKey : undefined),
        service: 'secretsmanager',
        nowUnixMs: Date.now(),
      },
    );
    if (fault === 'unknown-key') return refusal('UnrecognizedClientException');
    if (fault !== null) return refusal('InvalidSignatureException');
    if (headers['x-amz-target'] !== TARGET) return refusal('UnknownOperationException');
    const { SecretId: id } = JSON.parse(body) as { readonly SecretId: string };
    const value = this.take(id);
    if (value === undefined) return refusal('ResourceNotFoundException');
    return {
      status: 200,
      document: {
        ARN: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${id}-AbCdEf`,
        Name: id,
        SecretString: value,
        VersionId: '00000000-0000-4000-8000-000000000000',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: 1_700_000_000,
      },
    };
  }
}

function refusal(type: string): ManagerAnswer {
  return { status: 400, document: { __type: type, Message: 'refused by the stand-in' } };
}
