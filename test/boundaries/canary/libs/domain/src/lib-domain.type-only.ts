export type { Envelope } from '@gateway/contracts';
