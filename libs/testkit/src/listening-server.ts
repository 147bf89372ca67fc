import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves to the origin seen from this machine, e.g. `http://127.0.0.1:40123`. Port 0 takes a free one. */
export async function listen(server: Server, port: number, host = '127.0.0.1'): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Closes every connection; resolves when the port is free. */
export async function closeAtOnce(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
