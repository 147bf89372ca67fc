import { key } from '../schema-key';
import {
  closed,
  countValue,
  flagValue,
  listOf,
  scalarValue,
  secondsValue,
  shareValue,
  textsValue,
  textValue,
  wordValue,
} from './unbuilt-values';

const REDIS_NODE = { host: key(textValue, 'The node’s host.'), port: key(countValue, 'And port.') };

const REDIS = {
  host: key(textValue, 'Redis: the host.'),
  port: key(countValue, 'Redis: the port. Default: 6379.'),
  password: key(scalarValue, 'Redis: the password.'),
  username: key(textValue, 'Redis: the user.'),
  ssl: key(flagValue, 'Redis: by TLS. Default: `false`.'),
  url: key(textValue, 'Redis: all of these in one URL.'),
  namespace: key(textValue, 'Before every key.'),
  max_connections: key(countValue, 'Redis: connections at most.'),
  redis_startup_nodes: key(listOf(closed(REDIS_NODE), 'mappings with host and port'), 'Nodes of a cluster.'),
  sentinel_nodes: key(listOf(listOf(scalarValue, 'host and port'), 'pairs of host and port'), 'Redis Sentinel.'),
  sentinel_password: key(scalarValue, 'The sentinels’ password.'),
  service_name: key(textValue, 'The master’s name at the sentinels.'),
  redis_flush_size: key(countValue, 'Writes that are sent together.'),
  gcp_service_account: key(textValue, 'Sign in to Google’s Redis as this account.'),
  gcp_ssl_ca_certs: key(textValue, 'The file of its authorities.'),
};

const SEMANTIC = {
  similarity_threshold: key(shareValue, 'How near a prompt must be to count as the same.'),
  redis_semantic_cache_embedding_model: key(textValue, 'Default: `text-embedding-ada-002`.'),
  redis_semantic_cache_index_name: key(textValue, 'The index in Redis.'),
  qdrant_api_base: key(textValue, 'Qdrant: its URL.'),
  qdrant_api_key: key(scalarValue, 'Qdrant: the key.'),
  qdrant_collection_name: key(textValue, 'Qdrant: the collection.'),
  qdrant_quantization_config: key(wordValue('binary', 'scalar', 'product'), 'Qdrant: how vectors are packed.'),
  qdrant_semantic_cache_embedding_model: key(textValue, 'What prompts are compared by.'),
  qdrant_semantic_cache_vector_size: key(countValue, 'Numbers of a vector.'),
};

const BUCKETS = {
  s3_bucket_name: key(textValue, 'S3: the bucket.'),
  s3_region_name: key(textValue, 'S3: its region.'),
  s3_endpoint_url: key(textValue, 'S3: of a store that is not AWS’s.'),
  s3_path: key(textValue, 'S3: before every key.'),
  s3_use_ssl: key(flagValue, 'S3: by TLS. Default: `true`.'),
  s3_verify: key(flagValue, 'S3: check the certificate. Default: `true`.'),
  s3_aws_access_key_id: key(textValue, 'S3: the key.'),
  s3_aws_secret_access_key: key(textValue, 'S3: its secret.'),
  s3_aws_session_token: key(textValue, 'S3: of a key lent for a while.'),
  gcs_bucket_name: key(textValue, 'GCS: the bucket.'),
  gcs_path_service_account: key(textValue, 'GCS: the file of the account.'),
  gcs_path: key(textValue, 'GCS: before every key.'),
  azure_account_url: key(textValue, 'Azure Blob Storage: the account.'),
  azure_blob_container: key(textValue, 'Azure Blob Storage: the container.'),
  disk_cache_dir: key(textValue, 'Disk: the folder.'),
};

export const CACHE_PARAMS = {
  type: key(
    wordValue(
      'local',
      'redis',
      'redis-semantic',
      'qdrant-semantic',
      's3',
      'gcs',
      'azure-blob',
      'disk',
      'valkey-semantic',
    ),
    'Where answers are kept. Default: `local`.',
  ),
  mode: key(wordValue('default_on', 'default_off'), 'Whether requests must ask for it. Default: `default_on`.'),
  ttl: key(secondsValue, 'Seconds an answer is kept.'),
  default_in_memory_ttl: key(secondsValue, 'Seconds in the process itself.'),
  default_in_redis_ttl: key(secondsValue, 'Seconds in Redis.'),
  supported_call_types: key(textsValue, 'Which calls, e.g. `acompletion`, `aembedding`.'),
  enable_caching_on_provider_specific_optional_params: key(
    flagValue,
    'Tell answers apart by fields of one provider, too.',
  ),
  ...REDIS,
  ...SEMANTIC,
  ...BUCKETS,
};

/** Of `litellm_settings`: the response cache. */
export const UNBUILT_CACHE_SETTINGS = {
  cache: key(flagValue, 'Answer what was answered before. Default: `false`.'),
  cache_params: key(closed(CACHE_PARAMS), 'Where and for how long.'),
  enable_redis_auth_cache: key(flagValue, 'Keep keys in Redis, too. Default: `false`.'),
  enable_caching_on_provider_specific_optional_params: key(flagValue, 'See `cache_params`.'),
  default_redis_batch_cache_expiry: key(secondsValue, 'Seconds that answers written in batches are kept.'),
};
