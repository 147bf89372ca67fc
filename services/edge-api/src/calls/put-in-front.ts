import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** Returns true when it has taken the request over. */
export type FrontHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Lets `handler` see every request of the server first; what it does not take goes to the listeners there were. */
export function putInFront(server: Server, handler: FrontHandler): void {
  const behind = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (handler(request, response)) return;
    for (const listener of behind) listener(request, response);
  });
}
