import type { FastifyReply } from 'fastify';

/** Tells from when on there are requests one by one, where older ones were dropped: without that, a list would seem complete. */
export function tellKeptSince(reply: FastifyReply, keptSinceUnixMs: number): void {
  if (keptSinceUnixMs > 0) void reply.header('x-gateway-spend-logs-since', new Date(keptSinceUnixMs).toISOString());
}
