import { connect } from 'node:net';
import { Client } from 'pg';
import type { BackingServerKind } from './backing-server';

const PROBE_TIMEOUT_MS = 2_000;

/** Resolves when the server answers its own protocol (an open port says nothing); rejects with the reason otherwise. */
export function probeServer(kind: BackingServerKind, url: string): Promise<void> {
  if (kind === 'postgres') return probePostgres(url);
  return kind === 'redis' ? probeRedis(url) : probeNats(url);
}

async function probePostgres(url: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: PROBE_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

function probeRedis(url: string): Promise<void> {
  const { hostname, port, username, password } = new URL(url);
  const secret = [username, password].filter(Boolean).map(decodeURIComponent).join(' ');
  const opening = `${secret ? `AUTH ${secret}\r\n` : ''}PING\r\n`;
  return exchange({ host: hostname, port: Number(port || 6379) }, opening, (answer) => {
    if (answer.includes('+PONG')) return true;
    // `-LOADING` while the append-only file is read: not ready, ask again later.
    if (answer.includes('-')) throw new Error(`Redis answered ${answer.trim()}`);
    return false;
  });
}

function probeNats(url: string): Promise<void> {
  const first = url.split(',')[0] ?? url;
  const { hostname, port } = new URL(first.includes('://') ? first : `nats://${first}`);
  return exchange({ host: hostname, port: Number(port || 4222) }, '', (answer) => answer.startsWith('INFO '));
}

type Address = { readonly host: string; readonly port: number };

function exchange(address: Address, opening: string, isAnswer: (received: string) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    let received = '';
    const finish = (error?: Error): void => {
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(new Error(`no answer within ${PROBE_TIMEOUT_MS} ms`)));
    socket.once('error', finish);
    socket.once('close', () => finish(new Error('connection closed before an answer')));
    socket.once('connect', () => socket.write(opening));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      try {
        if (isAnswer(received)) finish();
      } catch (error) {
        finish(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
