import { LOOPBACK, type MeshContext } from './mesh-context';
import { readyByLine, readyOverHttp } from './readiness';
import { EMULATORS_ENTRY, SERVICES, type ServiceName } from './service-table';
import { SupervisedService } from './supervised-service';

/** A kill follows this long after the service's own drain should have ended. */
const DRAIN_GRACE_MS = 2_000;

/** Prepares the `number`-th instance of a service (from 1); does not start it. */
export async function createInstance(
  context: MeshContext,
  service: ServiceName,
  number: number,
): Promise<SupervisedService> {
  const name = `${service}-${number}`;
  const isEdge = service === 'edge-api';
  const wish = isEdge && number === 1 ? context.options.port : undefined;
  const port = wish ?? (await context.ports.portFor(name));
  const row = SERVICES[service];
  const environment = {
    ...context.environmentOf(service),
    LLM_GATEWAY_INSTANCE_ID: name,
    // Only the edge may be reached from outside; health and metrics of the others stay on this machine.
    LLM_GATEWAY_HOST: isEdge ? context.host : LOOPBACK,
    [isEdge ? 'LLM_GATEWAY_PORT' : 'LLM_GATEWAY_HTTP_PORT']: String(port),
    ...(await grpcSettings(context, service, number)),
  };
  const httpUrl = `http://${isEdge ? reachable(context.host) : LOOPBACK}:${port}`;
  return new SupervisedService({
    service,
    httpUrl,
    process: processSpec(context, name, [...row.nodeFlags, row.entry], environment),
    readiness: readyOverHttp(`${httpUrl}/health/ready`),
    restartDead: context.restartDead,
    guard: context.guard,
    onLine: context.onLogLine,
    onEvent: context.onEvent,
  });
}

export interface EmulatorAddresses {
  /** With `/v1`, as OpenAI clients want it. */
  readonly openAiUrl: string;
  /** Without, as Anthropic clients want it. */
  readonly anthropicUrl: string;
  /** Without `/v1beta`. */
  readonly geminiUrl: string;
}

/** Prepares the provider emulators on ports that stay the same over restarts. */
export async function createEmulators(
  context: MeshContext,
): Promise<{ service: SupervisedService; addresses: EmulatorAddresses }> {
  const openAiPort = await context.ports.portFor('emulator-openai');
  const anthropicPort = await context.ports.portFor('emulator-anthropic');
  const geminiPort = await context.ports.portFor('emulator-gemini');
  const ports = { '--openai-port': openAiPort, '--anthropic-port': anthropicPort, '--gemini-port': geminiPort };
  const args = [EMULATORS_ENTRY, ...Object.entries(ports).flatMap(([option, port]) => [option, String(port)])];
  const service = new SupervisedService({
    service: 'emulators',
    httpUrl: `http://${LOOPBACK}:${openAiPort}`,
    process: processSpec(context, 'emulators', args, { PATH: process.env.PATH ?? '' }),
    readiness: readyByLine(() => undefined),
    restartDead: context.restartDead,
    guard: context.guard,
    onLine: context.onLogLine,
    onEvent: context.onEvent,
  });
  const addresses = {
    openAiUrl: `http://${LOOPBACK}:${openAiPort}/v1`,
    anthropicUrl: `http://${LOOPBACK}:${anthropicPort}`,
    geminiUrl: `http://${LOOPBACK}:${geminiPort}`,
  };
  return { service, addresses };
}

function processSpec(context: MeshContext, name: string, args: readonly string[], environment: Record<string, string>) {
  return {
    name,
    command: process.execPath,
    args,
    environment,
    workingDirectory: context.checkout,
    stopSignal: 'SIGTERM' as const,
    stopTimeoutMs: context.drainTimeoutMs + DRAIN_GRACE_MS,
    runDir: context.runDir,
  };
}

/** Ledger and config-sync serve gRPC; the first instance of each is the one the others are told about. */
async function grpcSettings(
  context: MeshContext,
  service: ServiceName,
  number: number,
): Promise<Record<string, string>> {
  if (service !== 'cost-ledger' && service !== 'config-sync') return {};
  const port = await context.ports.portFor(`${service}-${number}-grpc`);
  if (number === 1) {
    const variable = service === 'cost-ledger' ? 'LLM_GATEWAY_LEDGER_URL' : 'LLM_GATEWAY_CONFIG_SYNC_URL';
    context.learn({ [variable]: `${LOOPBACK}:${port}` });
  }
  return { LLM_GATEWAY_GRPC_PORT: String(port) };
}

/** An address to dial for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return LOOPBACK;
  return host.includes(':') ? `[${host}]` : host;
}
