import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './backing-server';
import { containerProcess, dockerAnswers } from './docker-container';
import { findServer, type ServerProgram } from './find-server';
import { LocalServer, type LocalServerSpec } from './local-server';
import type { ServerContext } from './server-context';

const PROGRAM: ServerProgram = { binary: 'nats-server', formula: 'nats-server', least: [2, 9] };
const IMAGE = 'nats:2.12';
const STOP_TIMEOUT_MS = 10_000;

/** Starts NATS with JetStream. */
export async function startNats(context: ServerContext): Promise<LocalServer> {
  const port = await context.ports.portFor('nats');
  const spec = nativeSpec(context, port) ?? containerSpec(context, port);
  if (spec === undefined) {
    throw new SetupProblem(
      'NATS is missing: nats-server is neither on the PATH nor available from apt or Homebrew, and no Docker engine answers. ' +
        'Install it (Debian and Ubuntu: apt-get install nats-server; macOS: brew install nats-server), or set LLM_GATEWAY_NATS_URL.',
    );
  }
  const server = new LocalServer(spec, context.guard);
  await server.start();
  return server;
}

/**
 * `write_deadline` and `max_pending` bound how long and how much one stuck subscriber can hold up whoever publishes to
 * it; the defaults (10 s, 64 MB) let a frozen edge stall the others. `ping_interval` bounds how long a frozen worker or
 * router is still given work: it is cut off after the third unanswered ping instead of after six minutes.
 */
function configuration(place: {
  readonly listen: string;
  readonly store: string;
  readonly version: readonly [number, number];
  readonly ephemeral: boolean;
}): string {
  const [major, minor] = place.version;
  // Known from 2.10 on. The default of two minutes is how much acknowledged usage a power cut could take.
  const sync = major > 2 || minor >= 10 ? '  sync_interval: "1s"\n' : '';
  // Streams set room aside, and a test run makes many gateways: what they reserve need not be on the disk.
  const room = place.ephemeral ? '  max_file_store: 1TB\n' : '';
  return `listen: "${place.listen}"
server_name: "llm-gateway"
write_deadline: "2s"
max_pending: 16MB
ping_interval: "5s"
ping_max: 2
jetstream {
  store_dir: ${JSON.stringify(place.store)}
${sync}${room}}
`;
}

function nativeSpec(context: ServerContext, port: number): LocalServerSpec | undefined {
  const program = findServer(PROGRAM, context);
  if (program === undefined) return undefined;
  const directory = join(context.dataDir, 'nats');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'nats.conf');
  writeFileSync(
    file,
    configuration({
      listen: `127.0.0.1:${port}`,
      store: directory,
      version: program.version,
      ephemeral: context.ephemeral,
    }),
  );
  return {
    kind: 'nats',
    url: `nats://127.0.0.1:${port}`,
    origin: program.origin,
    process: {
      name: 'nats',
      command: program.path,
      args: ['-c', file],
      environment: program.environment,
      workingDirectory: '/',
      output: { kind: 'file', path: join(context.dataDir, 'logs/nats.log') },
      stopSignal: 'SIGTERM',
      stopTimeoutMs: STOP_TIMEOUT_MS,
      runDir: context.runDir,
    },
  };
}

function containerSpec(context: ServerContext, port: number): LocalServerSpec | undefined {
  if (!dockerAnswers()) return undefined;
  const directory = join(context.dataDir, 'nats-docker');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'nats.conf');
  writeFileSync(
    file,
    configuration({ listen: '0.0.0.0:4222', store: '/data', version: [2, 12], ephemeral: context.ephemeral }),
  );
  return {
    kind: 'nats',
    url: `nats://127.0.0.1:${port}`,
    origin: `Docker image ${IMAGE}`,
    ...containerProcess(
      {
        image: IMAGE,
        port,
        containerPort: 4222,
        mounts: [[directory, '/data']],
        environment: {},
        args: ['-c', '/data/nats.conf'],
      },
      {
        name: 'nats',
        output: { kind: 'file', path: join(context.dataDir, 'logs/nats.log') },
        stopTimeoutMs: STOP_TIMEOUT_MS,
        runDir: context.runDir,
      },
    ),
  };
}
