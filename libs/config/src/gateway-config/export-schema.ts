import { z } from 'zod';
import { key } from './schema-key';
import { flag, httpUrl, oneOf, secretReference, text } from './yaml-values';

const bucketName = z
  .string({ error: 'the name of a bucket' })
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'the name of a bucket' });
const keyPrefix = z
  .string({ error: 'the beginning of a key, such as gateway/' })
  .regex(/^[A-Za-z0-9!_.*'()/=-]{0,200}$/, { error: 'the beginning of a key, such as gateway/' });

export const S3_EXPORT = {
  bucket: bucketName.meta({ description: 'Required.' }),
  region: key(text, 'Default: `us-east-1`.'),
  prefix: key(keyPrefix, 'Before every key, e.g. `gateway/`. Default: nothing.'),
  endpoint: key(httpUrl, 'Of a store that speaks S3 and is not AWS’s, such as MinIO.'),
  path_style: key(
    flag,
    'The bucket in the path instead of the host name. Default: `true` with an `endpoint`, else `false`.',
  ),
  access_key_id: key(
    secretReference,
    '`os.environ/NAME`, which the cost-ledger reads. Default: what AWS’s library finds there (environment, shared files, roles).',
  ),
  secret_access_key: key(secretReference, 'Likewise; with `access_key_id`.'),
  session_token: key(secretReference, 'Likewise; of keys that were lent for a while.'),
};

export const LANGFUSE_EXPORT = {
  host: key(httpUrl, 'Default: `https://cloud.langfuse.com`.'),
  public_key: secretReference.meta({ description: '`os.environ/NAME`, which the cost-ledger reads; required.' }),
  secret_key: secretReference.meta({ description: 'Likewise; required.' }),
  network: key(
    oneOf(['public', 'any']),
    'Where the host may be: `public` is https to the public internet; `any` is your own network, too, and http. Default: `public`.',
  ),
};

export const EXPORTS = {
  s3: key(z.strictObject(S3_EXPORT, { error: 'a mapping' }), 'To a bucket, as gzipped lines of JSON. See below.'),
  langfuse: key(
    z.strictObject(LANGFUSE_EXPORT, { error: 'a mapping' }),
    'To Langfuse, as traces and generations. See below.',
  ),
};
