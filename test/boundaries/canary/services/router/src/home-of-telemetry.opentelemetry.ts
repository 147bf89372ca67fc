export type { Span } from '@opentelemetry/api';
