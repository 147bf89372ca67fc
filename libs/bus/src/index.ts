export { BodyFetcher, type BodyFetcherOptions } from './bodies/body-fetcher';
export { BodyServer, type BodyServerOptions, type OfferedBody, type OnAsked } from './bodies/body-server';
export { Bus, type BusOptions } from './bus';
export { KeyValueBucket, type KeyValueEntry } from './key-value';
export { ReplyStream, type ReplyStreamOptions } from './reply-stream';
export type { UsageConsumerOptions } from './usage-consumer';
export { UsageOutbox, type UsageOutboxOptions } from './usage-outbox';
