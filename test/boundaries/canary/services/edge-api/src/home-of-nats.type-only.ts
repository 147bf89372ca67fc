export type { NatsConnection } from 'nats';
