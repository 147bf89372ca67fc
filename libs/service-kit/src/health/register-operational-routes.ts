import type { Metrics } from '@gateway/telemetry';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HealthRegistry } from './health-registry';

const READINESS_PATHS = ['/health', '/health/ready', '/health/readiness'] as const;
const LIVENESS_PATHS = ['/health/liveliness', '/health/liveness'] as const;

/** Marks a route that anybody may call (STYLE rule 20). */
const PUBLIC_ROUTE = { config: { callers: 'public' } } as const;

/**
 * Adds `/health*` and `/metrics`. Readiness is 200 while the service can do its work (`ok`, `degraded`) and 503 when not
 * (`unavailable`, `draining`); liveliness is 200 as long as the event loop turns, whatever the dependencies do.
 */
export function registerOperationalRoutes(
  fastify: FastifyInstance,
  parts: { readonly health: HealthRegistry; readonly metrics: Metrics },
): void {
  const { health, metrics } = parts;
  const readiness = async (_request: unknown, reply: FastifyReply) => {
    const report = await health.report();
    const ready = report.status === 'ok' || report.status === 'degraded';
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report);
  };
  for (const path of READINESS_PATHS) fastify.get(path, PUBLIC_ROUTE, readiness);
  for (const path of LIVENESS_PATHS) {
    fastify.get(path, PUBLIC_ROUTE, (_request, reply) => {
      reply.header('cache-control', 'no-store').send({ status: 'ok' });
    });
  }
  fastify.get('/metrics', PUBLIC_ROUTE, async (_request, reply) => {
    return reply.header('content-type', metrics.contentType).send(await metrics.render());
  });
}
