export { Bus, type BusOptions } from './bus';
export { KeyValueBucket, type KeyValueEntry } from './key-value';
export { ReplyStream, type ReplyStreamOptions } from './reply-stream';
export type { UsageConsumerOptions } from './usage-consumer';
export { UsageOutbox, type UsageOutboxOptions } from './usage-outbox';
