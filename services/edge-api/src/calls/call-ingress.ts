import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GatewayError, loggableErrorReason } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import type { GatewaySpan } from '@gateway/telemetry';
import { readBoundary } from '@gateway/wire-formats';
import type { Authentication, KeyAuthenticator } from '../auth/key-authenticator';
import type { RateLimits } from '../limits/rate-limits';
import { claimedPriority } from '../wishes/judge-priority';
import type { Caller, CallPorts, EdgeState } from './arrived-call';
import { DRAINING, INTERNAL } from './call-endings';
import { ClientResponse, type ResponseHeaders } from './client-response';
import { type ClientRoute, routeAt, takesForm } from './client-routes';
import { errorHeaders } from './error-headers';
import { JsonArrayResponse } from './json-array-response';
import { readBody, tooLarge } from './read-body';
import { startCall } from './start-call';

export interface CallIngressPorts extends CallPorts {
  readonly rates: Pick<RateLimits, 'take' | 'look'>;
  readonly authenticator: KeyAuthenticator;
  /** Null until the first configuration. */
  state(): EdgeState | null;
}

/** One request on its way to becoming an exchange. */
interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: ClientRoute;
  readonly requestId: string;
  readonly startedMs: number;
  readonly receivedAtUnixMs: number;
  readonly span: GatewaySpan;
  /** The configuration as the request came; it is served by this one to its end. Null before the first. */
  readonly state: EdgeState | null;
}

/**
 * The routes that call a model, in front of Nest and Fastify on the same port: the body stays bytes and the answer is written to the
 * socket. The frameworks' pipelines would cost more than all of our own work (docs/decisions/0003).
 */
export class CallIngress {
  constructor(private readonly ports: CallIngressPorts) {}

  /** True when the request was one of these routes and is taken care of. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const route = routeAt(request.url ?? '');
    if (route === undefined) return false;
    const { traceparent } = request.headers;
    const arrival: Arrival = {
      request,
      response,
      route,
      requestId: newRequestId(),
      startedMs: performance.now(),
      receivedAtUnixMs: Date.now(),
      span: this.ports.tracing.startSpan(`POST ${route.template}`, {
        kind: 'server',
        parent: typeof traceparent === 'string' ? traceparent : undefined,
      }),
      state: this.ports.state(),
    };
    this.checkHeaders(arrival);
    return true;
  }

  /** Before the body is read: may it come at all, and who calls. */
  private checkHeaders(arrival: Arrival): void {
    const refusal = this.refuseEarly(arrival);
    if (refusal) {
      this.refuse(arrival, refusal);
      return;
    }
    const authentication = this.ports.authenticator.authenticate(arrival.request.headers, arrival.route.queryKey);
    if (authentication instanceof Promise) {
      authentication.then(
        (result) => this.onAuthenticated(arrival, result),
        () => this.refuse(arrival, INTERNAL),
      );
    } else {
      this.onAuthenticated(arrival, authentication);
    }
  }

  private refuseEarly({ request, route, state }: Arrival): GatewayError | null {
    if (request.method !== 'POST') return WRONG_METHOD;
    if (this.ports.isDraining()) return DRAINING;
    if (!state) return NOT_CONFIGURED;
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') return COMPRESSED;
    if (takesForm(route.codec) && readBoundary(request.headers['content-type']) === null) return NOT_A_FORM;
    const { maxBodyBytes } = state.snapshot;
    return Number(request.headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : null;
  }

  private onAuthenticated(arrival: Arrival, result: Authentication): void {
    const { state } = arrival;
    if (!result.ok || !state) {
      this.refuse(arrival, result.ok ? NOT_CONFIGURED : result.error);
      return;
    }
    const { principal } = result;
    const shed = this.ports.overload.refuse(claimedPriority(arrival.request.headers, principal), principal.keyHash);
    if (shed) {
      this.refuse(arrival, shed);
      return;
    }
    readBody(arrival.request, {
      maxBytes: state.snapshot.maxBodyBytes,
      onRefused: (error) => this.refuse(arrival, error),
      onBody: (body) => {
        const { route, requestId, startedMs, receivedAtUnixMs, span, request } = arrival;
        const caller = this.callerOf(arrival);
        const arrived = { route, requestId, startedMs, receivedAtUnixMs, span, headers: request.headers };
        startCall(this.ports, { ...arrived, body, principal, state, caller });
      },
    });
  }

  private callerOf(arrival: Arrival): Caller {
    const { response, route } = arrival;
    return {
      isGone: () => response.destroyed,
      refuse: (error, headers) => this.refuse(arrival, error, headers),
      answerTo: () =>
        new (route.asArray ? JsonArrayResponse : ClientResponse)(response, this.ports.limits.slowConsumerMs),
    };
  }

  private refuse(arrival: Arrival, error: GatewayError, headers?: ResponseHeaders): void {
    this.ports.observe.refused(error);
    answerError(arrival, error, headers);
  }
}

/** Ends a request that never became an exchange. A body that was not read to its end costs the connection. */
function answerError(
  { request, response, route, requestId, span }: Arrival,
  error: GatewayError,
  headers?: ResponseHeaders,
): void {
  span.setError(error.code, loggableErrorReason(error));
  span.end();
  new ClientResponse(response).error(error, JSON.stringify(route.codec.encodeError(error, requestId)), {
    ...errorHeaders(error, requestId),
    ...headers,
    ...(error === WRONG_METHOD && { allow: 'POST' }),
    ...(!request.complete && isLarge(request) && { connection: 'close' }),
  });
}

/** What is left of a small body is read and thrown away; a large or endless one is not worth its connection. */
const DISCARDED_BODY_BYTES = 1024 * 1024;

function isLarge(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return coding !== undefined || Number(length ?? 0) > DISCARDED_BODY_BYTES;
}

const WRONG_METHOD: GatewayError = { code: 'method_not_allowed', message: 'This route only takes POST.' };
const COMPRESSED: GatewayError = {
  code: 'unsupported_media_type',
  message: 'Compressed request bodies are not accepted; send it without Content-Encoding.',
};
const NOT_A_FORM: GatewayError = {
  code: 'unsupported_media_type',
  message: 'This route takes a form: send Content-Type: multipart/form-data with one boundary.',
};
const NOT_CONFIGURED: GatewayError = {
  code: 'service_unavailable',
  message: 'The gateway has no configuration yet.',
  retryAfterMs: 1_000,
};
