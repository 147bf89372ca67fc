import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { claimPort } from './claim-port';

// Below every system's ephemeral range (Linux starts at 32768): a client that keeps dialling a stopped server can
// otherwise be given that very port as its own and end up connected to itself.
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 200;

/** Whether a listener on `host:port` would succeed now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A random loopback port that nobody listens on and no other launcher claims; never one of `taken`. Throws when none is found. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (!taken.has(port) && claimPort(port) && (await isPortFree(port))) return port;
  }
  throw new Error(`no free loopback port between ${LOWEST_PORT} and ${HIGHEST_PORT} after ${ATTEMPTS} attempts`);
}
