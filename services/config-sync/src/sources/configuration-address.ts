/** Where the configuration is, as told. */
export type ConfigurationAddress =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 's3' | 'gcs'; readonly bucket: string; readonly key: string };

export interface AddressSettings {
  /** A path, `s3://bucket/key` or `gs://bucket/object`. */
  readonly configPath?: string | undefined;
  /** As LiteLLM names a configuration in a bucket. */
  readonly bucketName?: string | undefined;
  readonly bucketObjectKey?: string | undefined;
  readonly bucketType?: 's3' | 'gcs' | undefined;
}

const USUAL_PATH = 'infra/local/gateway.yaml';
const OBJECT_URL = /^(s3|gs):\/\/([^/]+)\/(.+)$/s;

/** @throws Error naming the variable, where an object is only half named. */
export function configurationAddress(settings: AddressSettings): ConfigurationAddress {
  const { configPath, bucketName, bucketObjectKey, bucketType } = settings;
  if (configPath !== undefined) return parseAddress(configPath);
  if (bucketName === undefined) return { kind: 'file', path: USUAL_PATH };
  if (bucketObjectKey === undefined) {
    throw new Error('LITELLM_CONFIG_BUCKET_NAME is set and LITELLM_CONFIG_BUCKET_OBJECT_KEY is not');
  }
  return { kind: bucketType ?? 's3', bucket: bucketName, key: bucketObjectKey };
}

function parseAddress(text: string): ConfigurationAddress {
  const [, scheme, bucket, key] = OBJECT_URL.exec(text) ?? [];
  if (bucket !== undefined && key !== undefined) return { kind: scheme === 's3' ? 's3' : 'gcs', bucket, key };
  if (/^(s3|gs):/.test(text)) {
    throw new Error(`LLM_GATEWAY_CONFIG is "${text}"; an object is named as s3://bucket/key or gs://bucket/object`);
  }
  return { kind: 'file', path: text };
}

export function describeAddress(address: ConfigurationAddress): string {
  if (address.kind === 'file') return address.path;
  return `${address.kind === 's3' ? 's3' : 'gs'}://${address.bucket}/${address.key}`;
}
