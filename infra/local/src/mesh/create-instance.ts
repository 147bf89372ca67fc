import { LOOPBACK, type MeshContext } from './mesh-context';
import { processSpec } from './process-spec';
import { readyOverHttp } from './readiness';
import { SERVICES, type ServiceName } from './service-table';
import { SupervisedService } from './supervised-service';

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
