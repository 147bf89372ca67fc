import type { Envelope } from '@gateway/contracts';
import { ATTRIBUTES, hopObserver, type Logger, type Metrics, preciseUnixMs, type Tracing } from '@gateway/telemetry';
import type { RouterObserver } from './router-observer';

/** Counts, traces and logs routing decisions. */
export function createRouterObserver(input: { metrics: Metrics; logger: Logger; tracing: Tracing }): RouterObserver {
  const { metrics, logger, tracing } = input;
  const observeHop = hopObserver(metrics);
  return {
    planned(envelope, slip, tookMs) {
      observeHop('router_plan', tookMs);
      if (envelope.handedAtUnixMs !== undefined) {
        observeHop('edge_to_router', preciseUnixMs() - envelope.handedAtUnixMs - tookMs);
      }
      const first = slip.steps[slip.cursor];
      if (tracing.enabled) {
        const span = tracing.startSpan('route', {
          kind: 'internal',
          startTimeUnixMs: Date.now() - tookMs,
          ...(envelope.traceparent !== undefined && { parent: envelope.traceparent }),
        });
        span.setAttributes({
          [ATTRIBUTES.requestId]: envelope.requestId,
          [ATTRIBUTES.deployment]: first?.deployment,
          [ATTRIBUTES.pool]: first?.pool,
          [ATTRIBUTES.policyVersion]: slip.policyVersion,
          [ATTRIBUTES.candidates]: slip.steps.length,
        });
        span.end();
      }
      if (logger.isEnabled('debug')) {
        logger.debug({ ...identify(envelope), deployment: first?.deployment, reason: slip.reason }, 'routed');
      }
    },
    nobodyOn(envelope, pool) {
      logger.warn({ ...identify(envelope), pool }, 'no worker listens on this pool');
    },
    refused(envelope, error) {
      logger.warn({ ...identify(envelope), code: error.code, reason: error.message }, 'cannot route');
    },
  };
}

function identify(envelope: Envelope): Record<string, string> {
  const [, trace_id = '', span_id = ''] = (envelope.traceparent ?? '').split('-');
  return { request_id: envelope.requestId, model: envelope.summary.model, trace_id, span_id };
}
