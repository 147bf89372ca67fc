import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './backing-server';
import { containerProcess, dockerAnswers } from './docker-container';
import { findServer, type ServerProgram } from './find-server';
import { LocalServer, type LocalServerSpec } from './local-server';
import type { ServerContext } from './server-context';

const PROGRAM: ServerProgram = { binary: 'redis-server', formula: 'redis', least: [6, 2] };
const IMAGE = 'redis:8';
const STOP_TIMEOUT_MS = 10_000;

/** Starts Redis as a store, not a cache: append-only file, and writes refused rather than keys evicted when memory ends. */
export async function startRedis(context: ServerContext): Promise<LocalServer> {
  const port = await context.ports.portFor('redis');
  const spec = nativeSpec(context, port) ?? containerSpec(context, port);
  if (spec === undefined) {
    throw new SetupProblem(
      'Redis is missing: it is neither on the PATH nor available from apt or Homebrew, and no Docker engine answers. ' +
        'Install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis), or set LLM_GATEWAY_REDIS_URL.',
    );
  }
  const server = new LocalServer(spec, context.guard);
  await server.start();
  return server;
}

/** Settings apart from where it listens and stores. Tests get many databases, one for each mesh. */
function settings(ephemeral: boolean): string[] {
  return [
    ...['--appendonly', 'yes', '--appendfsync', ephemeral ? 'no' : 'everysec', '--save', ''],
    ...['--maxmemory-policy', 'noeviction', '--databases', ephemeral ? '1024' : '16'],
  ];
}

function nativeSpec(context: ServerContext, port: number): LocalServerSpec | undefined {
  const program = findServer(PROGRAM, context);
  if (program === undefined) return undefined;
  const directory = join(context.dataDir, 'redis');
  mkdirSync(directory, { recursive: true });
  return {
    kind: 'redis',
    url: `redis://127.0.0.1:${port}`,
    origin: program.origin,
    process: {
      name: 'redis',
      command: program.path,
      args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, ...settings(context.ephemeral)],
      environment: program.environment,
      workingDirectory: '/',
      output: { kind: 'file', path: join(context.dataDir, 'logs/redis.log') },
      stopSignal: 'SIGTERM',
      stopTimeoutMs: STOP_TIMEOUT_MS,
      runDir: context.runDir,
    },
  };
}

function containerSpec(context: ServerContext, port: number): LocalServerSpec | undefined {
  if (!dockerAnswers()) return undefined;
  return {
    kind: 'redis',
    url: `redis://127.0.0.1:${port}`,
    origin: `Docker image ${IMAGE}`,
    ...containerProcess(
      {
        image: IMAGE,
        port,
        containerPort: 6379,
        mounts: context.ephemeral ? [] : [[join(context.dataDir, 'redis-docker'), '/data']],
        environment: {},
        args: ['redis-server', ...settings(context.ephemeral)],
      },
      {
        name: 'redis',
        output: { kind: 'file', path: join(context.dataDir, 'logs/redis.log') },
        stopTimeoutMs: STOP_TIMEOUT_MS,
        runDir: context.runDir,
      },
    ),
  };
}
