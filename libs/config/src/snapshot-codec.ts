import { gunzipSync, gzipSync } from 'node:zlib';
import type { GatewaySnapshot } from './snapshot';

/** A snapshot that inflates beyond this is not one of ours; guards every service against a hostile KV value. */
const LARGEST_INFLATED_BYTES = 64 * 1024 * 1024;

/** Gzipped JSON, for NATS KV. */
export function encodeSnapshot(snapshot: GatewaySnapshot): Uint8Array {
  return gzipSync(JSON.stringify(snapshot));
}

/**
 * @throws Error when the bytes are not a snapshot. Only the outline is checked: config-sync, the one writer, has
 * validated the rest.
 */
export function decodeSnapshot(bytes: Uint8Array): GatewaySnapshot {
  const value: unknown = JSON.parse(gunzipSync(bytes, { maxOutputLength: LARGEST_INFLATED_BYTES }).toString('utf8'));
  if (!isSnapshot(value)) throw new Error('the bytes are gzipped JSON but not a gateway snapshot');
  return value;
}

function isSnapshot(value: unknown): value is GatewaySnapshot {
  if (typeof value !== 'object' || value === null) return false;
  const outline = value as Partial<Record<keyof GatewaySnapshot, unknown>>;
  return (
    typeof outline.version === 'string' &&
    Array.isArray(outline.deployments) &&
    typeof outline.aliases === 'object' &&
    outline.aliases !== null &&
    typeof outline.routing === 'object' &&
    outline.routing !== null &&
    typeof outline.maxBodyBytes === 'number'
  );
}
