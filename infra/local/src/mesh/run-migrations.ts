import { ManagedProcess } from '../process/managed-process';
import { SetupProblem } from '../servers/backing-server';
import type { MeshContext } from './mesh-context';
import { MIGRATIONS } from './service-table';

const STOP_TIMEOUT_MS = 5_000;

/** Brings the database to the schema of this version; a step of its own, so that services never race for it. */
export async function runMigrations(context: MeshContext): Promise<void> {
  for (const migrations of MIGRATIONS) await runOne(context, migrations);
}

async function runOne(context: MeshContext, { service, entry }: (typeof MIGRATIONS)[number]): Promise<void> {
  const output: string[] = [];
  const migration = new ManagedProcess(
    {
      name: 'migrate',
      command: process.execPath,
      args: [entry],
      environment: { ...context.environmentOf(service), LLM_GATEWAY_INSTANCE_ID: 'migrate' },
      workingDirectory: context.checkout,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: STOP_TIMEOUT_MS,
      runDir: context.runDir,
      output: {
        kind: 'lines',
        onLine: (line) => {
          output.push(line);
          context.onLogLine('migrate', line);
        },
      },
    },
    context.guard,
  );
  const exit = await migration.exited;
  if (exit.code === 0) return;
  const lines = output.slice(-12).map((line) => `    ${line}`);
  throw new SetupProblem(['the database migrations failed:', ...lines].join('\n'));
}
