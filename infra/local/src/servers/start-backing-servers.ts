import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PortMemory } from '../process/port-memory';
import { ProcessGuard } from '../process/process-guard';
import { stopLeftovers } from '../process/stop-leftovers';
import { repositoryRoot } from '../repository-root';
import type { BackingServer, BackingServerKind } from './backing-server';
import { externalServer } from './external-server';
import { startNats } from './nats-server';
import { postgresHome } from './postgres-data';
import { startPostgres } from './postgres-server';
import { startRedis } from './redis-server';
import type { ServerContext } from './server-context';
import { unprivilegedUser } from './unprivileged-user';

export interface BackingServersOptions {
  /** Data, logs and pid records. With `ephemeral` it is deleted by `stop`. */
  readonly dataDir: string;
  /** Downloaded programs; default `.runtime` in the checkout. */
  readonly runtimeDir?: string;
  /** Default: all three. */
  readonly want?: readonly BackingServerKind[];
  /** For tests: throw-away data, no protection against power cuts. */
  readonly ephemeral?: boolean;
  /** Where `LLM_GATEWAY_DATABASE_URL`, `_REDIS_URL` and `_NATS_URL` are looked up; default: nowhere. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (message: string) => void;
  readonly guard?: ProcessGuard;
  readonly ports?: PortMemory;
}

/** Running servers. Reading one that was not wanted throws. */
export interface BackingServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly natsUrl: string;
  readonly postgres: BackingServer;
  readonly redis: BackingServer;
  readonly nats: BackingServer;
  readonly all: readonly BackingServer[];
  stop(): Promise<void>;
}

const VARIABLES: Readonly<Record<BackingServerKind, string>> = {
  postgres: 'LLM_GATEWAY_DATABASE_URL',
  redis: 'LLM_GATEWAY_REDIS_URL',
  nats: 'LLM_GATEWAY_NATS_URL',
};

/** Starts, or finds, PostgreSQL, Redis and NATS; resolves when each answers. On failure nothing is left running. */
export async function startBackingServers(options: BackingServersOptions): Promise<BackingServers> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const ownGuard = options.guard === undefined;
  const context: ServerContext = {
    dataDir,
    runtimeDir: resolve(options.runtimeDir ?? join(repositoryRoot, '.runtime')),
    runDir: join(dataDir, 'run'),
    ephemeral: options.ephemeral ?? false,
    ports: options.ports ?? new PortMemory(dataDir),
    guard: options.guard ?? new ProcessGuard(),
    onProgress: options.onProgress ?? (() => undefined),
  };
  if (ownGuard) await stopLeftovers(context.runDir);
  if (context.ephemeral) context.guard.deleteAfterCrash(dataDir);
  const servers = new Map<BackingServerKind, BackingServer>();
  const stop = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    if (ownGuard) context.guard.release();
    if (context.ephemeral) deleteData(dataDir);
  };
  try {
    for (const kind of options.want ?? ['postgres', 'redis', 'nats']) {
      const server = await obtain(kind, context, options.environment?.[VARIABLES[kind]]);
      servers.set(kind, server);
      context.onProgress(`${kind} ready (${server.origin})`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return handles(servers, stop);
}

function obtain(kind: BackingServerKind, context: ServerContext, url: string | undefined): Promise<BackingServer> {
  if (url) return externalServer(kind, url, VARIABLES[kind]);
  if (kind === 'postgres') return startPostgres(context);
  return kind === 'redis' ? startRedis(context) : startNats(context);
}

function handles(servers: ReadonlyMap<BackingServerKind, BackingServer>, stop: () => Promise<void>): BackingServers {
  const get = (kind: BackingServerKind): BackingServer => {
    const server = servers.get(kind);
    if (server === undefined) throw new Error(`${kind} was not asked for`);
    return server;
  };
  return {
    get databaseUrl() {
      return get('postgres').url;
    },
    get redisUrl() {
      return get('redis').url;
    },
    get natsUrl() {
      return get('nats').url;
    },
    get postgres() {
      return get('postgres');
    },
    get redis() {
      return get('redis');
    },
    get nats() {
      return get('nats');
    },
    all: [...servers.values()],
    stop,
  };
}

function deleteData(dataDir: string): void {
  // Asked before the directory is gone: PostgreSQL's part may live elsewhere.
  rmSync(postgresHome(dataDir, unprivilegedUser()), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}
