import { httpStatusOf, loggableErrorReason } from '@gateway/domain';
import {
  ATTRIBUTES,
  gatewayErrorsTotal,
  gatewayInFlightRequests,
  hopObserver,
  type Logger,
  llmLatencyMs,
  llmRequestsTotal,
  type Metrics,
  preciseUnixMs,
} from '@gateway/telemetry';
import type { AdmittedRequest } from './admitted-request';
import type { ExchangeEnd, ExchangeObserver } from './exchange-ports';

/** Counts, times, traces and logs every exchange. */
export function createExchangeObserver(metrics: Metrics, logger: Logger): ExchangeObserver {
  const requests = llmRequestsTotal(metrics);
  const latency = llmLatencyMs(metrics);
  const errors = gatewayErrorsTotal(metrics);
  const observeHop = hopObserver(metrics);
  const logsRequests = logger.isEnabled('debug');
  const inFlight = gatewayInFlightRequests(metrics).labelled({});
  return {
    refused(error) {
      errors.labelled({ code: error.code }).increment();
      requests
        .labelled({ model: 'other', provider: 'none', status: String(httpStatusOf(error)), stream: 'false' })
        .increment();
    },
    began() {
      inFlight.increment();
    },
    handed(request) {
      observeHop('edge_queue', performance.now() - request.startedMs);
    },
    answering(start) {
      if (start.sentAtUnixMs !== undefined) observeHop('worker_to_edge', preciseUnixMs() - start.sentAtUnixMs);
    },
    redispatched(envelope, dispatch) {
      logger.warn({ request_id: envelope.requestId, dispatch }, 'no sign of a worker; handing the request over again');
    },
    unreadable(envelope, error) {
      logger.error({ error, request_id: envelope.requestId }, 'cannot read a request or a part of an answer');
    },
    ended(request, end) {
      inFlight.decrement();
      const { summary } = request.envelope;
      const provider = end.start?.provider ?? 'none';
      const tookMs = performance.now() - request.startedMs;
      requests
        .labelled({
          model: summary.model,
          provider,
          status: String(end.httpStatus),
          stream: summary.stream ? 'true' : 'false',
        })
        .increment();
      latency.labelled({ model: summary.model, provider }).observe(tookMs);
      if (end.overheadMs !== null) observeHop('overhead', end.overheadMs);
      if (end.error) errors.labelled({ code: end.error.code }).increment();
      endSpan(request, end);
      if (end.error || logsRequests) logEnd(logger, request, { ...end, tookMs });
    },
  };
}

function endSpan(request: AdmittedRequest, end: ExchangeEnd): void {
  const { span, envelope } = request;
  if (span.isRecording) {
    span.setAttributes({
      [ATTRIBUTES.httpResponseStatusCode]: end.httpStatus,
      [ATTRIBUTES.requestModel]: envelope.summary.model,
      [ATTRIBUTES.requestStream]: envelope.summary.stream,
      [ATTRIBUTES.requestId]: envelope.requestId,
      [ATTRIBUTES.deployment]: end.start?.deployment,
      [ATTRIBUTES.attempts]: end.start?.attempts,
      [ATTRIBUTES.overheadMs]: end.overheadMs ?? undefined,
    });
    if (end.error) span.setError(end.error.code, loggableErrorReason(end.error));
  }
  span.end();
}

function logEnd(logger: Logger, request: AdmittedRequest, end: ExchangeEnd & { tookMs: number }): void {
  const { envelope, span } = request;
  const fields = {
    ...span.logFields,
    request_id: envelope.requestId,
    model: envelope.summary.model,
    stream: envelope.summary.stream,
    status: end.httpStatus,
    deployment: end.start?.deployment,
    took_ms: Math.round(end.tookMs * 100) / 100,
    overhead_ms: end.overheadMs === null ? undefined : Math.round(end.overheadMs * 100) / 100,
    ...(end.error && { code: end.error.code, reason: loggableErrorReason(end.error) }),
  };
  if (end.error && end.httpStatus >= 500) logger.warn(fields, 'request failed');
  else logger.info(fields, 'request ended');
}
