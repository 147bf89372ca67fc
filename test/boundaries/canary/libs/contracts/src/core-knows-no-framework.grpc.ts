export type { Metadata } from '@grpc/grpc-js';
