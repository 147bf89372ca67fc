import { z } from 'zod';
import { defaulted, optional } from './environment-field';
import { milliseconds, text, urlWithScheme, wholeNumber } from './environment-values';
import { MILLISECONDS, share } from './shared-fields';

const ENDPOINT_URL = 'an http:// or https:// URL';

/** Where config-sync finds the configuration, and how often it looks. */
export const CONFIGURATION_SOURCE_FIELDS = {
  configPath: optional('LLM_GATEWAY_CONFIG', {
    schema: text,
    description: 'The gateway configuration: a YAML file, `s3://bucket/key` or `gs://bucket/object`.',
    expected: 'a file path, s3://bucket/key or gs://bucket/object',
    defaultInWords: 'LiteLLM’s three variables for a bucket, else `infra/local/gateway.yaml`',
  }),
  bucketName: optional('LITELLM_CONFIG_BUCKET_NAME', {
    schema: text,
    description: 'The bucket of the configuration, where `LLM_GATEWAY_CONFIG` is not set; as LiteLLM names it.',
    expected: 'the name of a bucket',
    defaultInWords: 'none',
  }),
  bucketObjectKey: optional('LITELLM_CONFIG_BUCKET_OBJECT_KEY', {
    schema: text,
    description: 'The object in that bucket.',
    expected: 'the key of an object',
    defaultInWords: 'none',
  }),
  bucketType: optional('LITELLM_CONFIG_BUCKET_TYPE', {
    schema: z.enum(['s3', 'gcs']) as z.ZodType<'s3' | 'gcs', string>,
    description: 'Whose bucket it is: `s3` or `gcs`.',
    expected: 's3 or gcs',
    defaultInWords: '`s3`',
  }),
  configPollMs: defaulted('LLM_GATEWAY_CONFIG_POLL_MS', {
    schema: milliseconds,
    description: 'How often the file is looked at, for file systems that report no changes.',
    expected: MILLISECONDS,
    default: '1000',
  }),
  configRemotePollMs: defaulted('LLM_GATEWAY_CONFIG_REMOTE_POLL_MS', {
    schema: milliseconds,
    description:
      'How often a bucket is asked whether the configuration has changed; one that does not answer, after a second and then ever more seldom, up to four times this.',
    expected: MILLISECONDS,
    default: '30000',
  }),
  configPollJitter: defaulted('LLM_GATEWAY_CONFIG_POLL_JITTER', {
    schema: share,
    description:
      'Each of these waits is by up to this share longer or shorter, so that many gateways do not ask at once.',
    expected: 'a number from 0 to 1',
    default: '0.2',
  }),
  configTimeoutMs: defaulted('LLM_GATEWAY_CONFIG_TIMEOUT_MS', {
    schema: milliseconds,
    description: 'How long a bucket has for a whole answer.',
    expected: MILLISECONDS,
    default: '10000',
  }),
  configMaxBytes: defaulted('LLM_GATEWAY_CONFIG_MAX_BYTES', {
    schema: wholeNumber(1),
    description: 'The largest configuration that is taken from a bucket.',
    expected: 'a whole number of bytes, at least 1',
    default: '16777216',
  }),
  configS3Endpoint: optional('LLM_GATEWAY_CONFIG_S3_ENDPOINT', {
    schema: urlWithScheme('http', 'https'),
    description: 'The S3-compatible store of `s3://` configurations.',
    expected: ENDPOINT_URL,
    defaultInWords: 'AWS',
  }),
  configS3Region: optional('LLM_GATEWAY_CONFIG_S3_REGION', {
    schema: text,
    description: 'The region of that bucket.',
    expected: 'a region such as eu-west-1',
    defaultInWords: '`AWS_REGION`; `us-east-1` with an endpoint of your own',
  }),
  configS3PathStyle: defaulted('LLM_GATEWAY_CONFIG_S3_PATH_STYLE', {
    schema: z.enum(['true', 'false']) as z.ZodType<'true' | 'false', string>,
    description: 'Whether the bucket stands in the path instead of the host name, as MinIO and others want it.',
    expected: 'true or false',
    default: 'false',
  }),
  configGcsEndpoint: optional('LLM_GATEWAY_CONFIG_GCS_ENDPOINT', {
    schema: urlWithScheme('http', 'https'),
    description: 'Where the Cloud Storage JSON API is for `gs://` configurations.',
    expected: ENDPOINT_URL,
    defaultInWords: '`https://storage.googleapis.com`',
  }),
  storageEmulatorHost: optional('STORAGE_EMULATOR_HOST', {
    schema: urlWithScheme('http', 'https'),
    description: 'An emulator instead, which is asked without credentials; as Google’s own clients read it.',
    expected: ENDPOINT_URL,
    defaultInWords: 'none',
  }),
} as const;
