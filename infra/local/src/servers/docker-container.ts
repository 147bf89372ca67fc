import { spawnSync } from 'node:child_process';
import type { ProcessSpec } from '../process/managed-process';
import type { LocalServerSpec } from './local-server';

export interface ContainerPlan {
  readonly image: string;
  readonly port: number;
  readonly containerPort: number;
  /** Host directory → directory in the container. */
  readonly mounts: readonly (readonly [host: string, container: string])[];
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/** Whether a Docker engine answers. */
export function dockerAnswers(): boolean {
  const answer = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], { encoding: 'utf8', timeout: 5_000 });
  return answer.status === 0 && answer.stdout.trim() !== '';
}

/** A server in a container, run in the foreground by the docker client so that it ends with its launcher. */
export function containerProcess(
  plan: ContainerPlan,
  base: Pick<ProcessSpec, 'name' | 'output' | 'runDir' | 'stopTimeoutMs'>,
): Pick<LocalServerSpec, 'process' | 'signalWith'> {
  const container = `llm-gateway-${base.name}-${plan.port}`;
  const process_: ProcessSpec = {
    ...base,
    command: 'docker',
    args: [
      ...['run', '--rm', '--init', '--name', container, '-p', `127.0.0.1:${plan.port}:${plan.containerPort}`],
      ...plan.mounts.flatMap(([host, inside]) => ['-v', `${host}:${inside}`]),
      ...Object.entries(plan.environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      plan.image,
      ...plan.args,
    ],
    environment: process.env,
    workingDirectory: '/',
    // The docker client hands SIGTERM on to the container's first process.
    stopSignal: 'SIGTERM',
  };
  return { process: process_, signalWith: (signal) => signalContainer(container, signal) };
}

function signalContainer(container: string, signal: NodeJS.Signals): void {
  if (signal === 'SIGSTOP') spawnSync('docker', ['pause', container]);
  else if (signal === 'SIGCONT') spawnSync('docker', ['unpause', container]);
  else spawnSync('docker', ['kill', '--signal', signal, container]);
}
