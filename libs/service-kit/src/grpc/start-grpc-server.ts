import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { GrpcBindingParts, GrpcServiceBinding } from './bind-grpc';
import { quietGrpc } from './quiet-grpc';

export interface RunningGrpcServer {
  readonly host: string;
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /** Lets calls in flight finish, for at most `timeoutMs`, then cuts them off. */
  close(timeoutMs: number): Promise<void>;
}

const SERVER_OPTIONS = {
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
};

/** Serves the bindings on `host:port`; port 0 takes a free one. Rejects when the address cannot be bound. */
export async function startGrpcServer(
  bindings: readonly GrpcServiceBinding[],
  parts: GrpcBindingParts & { readonly host: string; readonly port: number },
): Promise<RunningGrpcServer> {
  quietGrpc();
  const server = new Server(SERVER_OPTIONS);
  for (const binding of bindings) server.addService(binding.service(), binding.handlers(parts));
  const host = parts.host.includes(':') ? `[${parts.host}]` : parts.host;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${parts.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { host: parts.host, port, close: (timeoutMs) => closeServer(server, timeoutMs) };
}

function closeServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, timeoutMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
