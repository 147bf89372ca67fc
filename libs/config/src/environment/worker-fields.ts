import { z } from 'zod';
import { defaulted, optional } from './environment-field';
import { hostList, milliseconds, wholeNumber, workerPools } from './environment-values';
import {
  limitsTimeoutMs,
  olderEncryptionKeys,
  redisUrl,
  sharedEncryptionKey,
  slowConsumerMs,
} from './fields-of-several';
import { SECRET_FIELDS } from './secret-fields';
import { MILLISECONDS, SHARED_FIELDS } from './shared-fields';

/** What a worker reads. */
export const WORKER_FIELDS = {
  ...SHARED_FIELDS,
  ...SECRET_FIELDS,
  workerPools: defaulted('LLM_GATEWAY_WORKER_POOLS', {
    schema: workerPools,
    description: 'Which pools this worker serves; a pool is a provider unless the configuration says otherwise.',
    expected: '* or pool names separated by commas, e.g. openai,anthropic',
    default: '*',
  }),
  redisUrl,
  encryptionKey: sharedEncryptionKey,
  olderEncryptionKeys,
  providerConnections: defaulted('LLM_GATEWAY_PROVIDER_CONNECTIONS', {
    schema: wholeNumber(1, 65_535),
    description:
      'Most connections to one provider origin, and most calls under way with one key for one model; fewer where the provider shows that it cannot take them.',
    expected: 'a whole number from 1 to 65535',
    default: '128',
  }),
  remoteContent: defaulted('LLM_GATEWAY_REMOTE_CONTENT', {
    schema: z.enum(['public', 'any']),
    description:
      'Where the gateway itself may fetch an image or PDF that a client named by its URL, for providers that take bytes only: `public` is https to addresses of the public internet; `any` also reaches your own network and is for trusted clients.',
    expected: 'public or any',
    default: 'public',
  }),
  clientBaseHosts: optional('LLM_GATEWAY_CLIENT_BASE_HOSTS', {
    schema: hostList,
    description:
      'Hosts that requests may name in `api_base`, where the configuration lets them name one, although they are not https on the public internet: `host`, or `host:port` where the URL names a port.',
    expected: 'hosts separated by commas, e.g. llm.internal,10.0.0.7:11434',
    defaultInWords: 'none',
  }),
  providerQueue: defaulted('LLM_GATEWAY_PROVIDER_QUEUE', {
    schema: wholeNumber(0, 65_535),
    description:
      'Most calls that wait for their turn at one provider, for at most a second; further ones go elsewhere or get 503.',
    expected: 'a whole number from 0 to 65535',
    default: '256',
  }),
  limitsTimeoutMs,
  heartbeatMs: defaulted('LLM_GATEWAY_HEARTBEAT_MS', {
    schema: milliseconds,
    description:
      "A worker's sign of life while a provider is silent; well below `LLM_GATEWAY_WORKER_SILENCE_MS` of the edge.",
    expected: MILLISECONDS,
    default: '500',
  }),
  slowConsumerMs,
} as const;
