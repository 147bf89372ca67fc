import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * A server that listens for upgrades gets every request that offers one, also of clients that would like HTTP/2 and take
 * HTTP/1.1 (`Upgrade: h2c`). Nobody has to take the offer (RFC 9110, section 7.8): the connection goes back, with the request
 * as it was but for the offer.
 */
export function giveBack(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? '';
    if (!OFFERS.has(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[at + 1]}`);
  }
  if (head.length > 0) socket.unshift(head);
  // Node reads header values as Latin-1.
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  server.emit('connection', socket);
}

const OFFERS: ReadonlySet<string> = new Set(['upgrade', 'connection', 'http2-settings']);
