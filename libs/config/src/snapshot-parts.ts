import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Deployment } from '@gateway/domain';
import type { GatewaySnapshot } from './snapshot';

/** What is encoded or decoded in one turn of the event loop: a few milliseconds' worth. */
const DEPLOYMENTS_PER_PART = 250;
const TEXT_PER_PART = 256 * 1024;
/** NATS takes messages of 1 MB unless it is told otherwise. */
const LARGEST_PART_BYTES = 960 * 1024;
/** A part that inflates beyond this is not one of ours; guards every service against a hostile KV value. */
const LARGEST_INFLATED_BYTES = 64 * 1024 * 1024;

const compress = promisify(gzip);
const inflate = promisify(gunzip);

/** What the parts do not say: the same content may have another version, after a rollback. */
export type SnapshotVersion = Pick<GatewaySnapshot, 'version' | 'publishedAtUnixMs' | 'source'>;

type Settings = Omit<GatewaySnapshot, 'deployments' | keyof SnapshotVersion>;

/**
 * A snapshot as messages for NATS: gzipped JSON, first the settings, then the deployments by the hundred. Leaves the
 * event loop to others in between, however many there are.
 * @throws RangeError naming the deployment that is too large for a message.
 */
export async function encodeSnapshotParts(snapshot: GatewaySnapshot): Promise<readonly Uint8Array[]> {
  const { version: _version, publishedAtUnixMs: _at, source: _source, deployments, ...settings } = snapshot;
  const parts = [await encodePart(JSON.stringify(settings satisfies Settings), 'the settings beside the deployments')];
  let texts: string[] = [];
  let length = 0;
  const finish = async (last: Deployment): Promise<void> => {
    parts.push(await encodePart(`[${texts.join(',')}]`, `deployment '${last.id}'`));
    texts = [];
    length = 0;
  };
  for (const [index, deployment] of deployments.entries()) {
    const text = JSON.stringify(deployment);
    texts.push(text);
    length += text.length;
    const isFull = texts.length >= DEPLOYMENTS_PER_PART || length >= TEXT_PER_PART;
    if (isFull || index === deployments.length - 1) await finish(deployment);
  }
  return parts;
}

/**
 * The snapshot whose parts these are, as this version.
 * @throws Error when they are not the parts of one. Only the outline is checked: config-sync, the one writer, has
 * validated the rest.
 */
export async function decodeSnapshotParts(
  [first, ...rest]: readonly Uint8Array[],
  version: SnapshotVersion,
): Promise<GatewaySnapshot> {
  const settings = first && (await decodePart(first));
  if (!isSettings(settings)) throw new Error('the first part has no settings of a gateway snapshot');
  const deployments: Deployment[] = [];
  for (const part of rest) {
    const decoded = await decodePart(part);
    if (!Array.isArray(decoded)) throw new Error('a part has no deployments of a gateway snapshot');
    deployments.push(...(decoded as Deployment[]));
  }
  const { version: name, publishedAtUnixMs, source } = version;
  return { ...settings, version: name, publishedAtUnixMs, source, deployments };
}

async function encodePart(text: string, what: string): Promise<Uint8Array> {
  const bytes = await compress(text);
  if (bytes.length <= LARGEST_PART_BYTES) return bytes;
  throw new RangeError(
    `${what} is too large to be published: ${bytes.length} bytes compressed, at most ${LARGEST_PART_BYTES}`,
  );
}

async function decodePart(bytes: Uint8Array): Promise<unknown> {
  const text = await inflate(bytes, { maxOutputLength: LARGEST_INFLATED_BYTES });
  return JSON.parse(text.toString('utf8'));
}

function isSettings(value: unknown): value is Settings {
  if (typeof value !== 'object' || value === null) return false;
  const { aliases, routing, maxBodyBytes } = value as Partial<Record<keyof Settings, unknown>>;
  return isObject(aliases) && isObject(routing) && typeof maxBodyBytes === 'number';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
