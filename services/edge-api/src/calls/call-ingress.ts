import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ModelCatalog } from '@gateway/catalog';
import type { GatewaySnapshot } from '@gateway/config';
import { type GatewayError, isGatewayException, loggableErrorReason, type Principal } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import type { GatewaySpan, Tracing } from '@gateway/telemetry';
import { readBoundary } from '@gateway/wire-formats';
import type { Authentication, KeyAuthenticator } from '../auth/key-authenticator';
import { goOnFrom } from '../responses/go-on-from';
import { ownerOf } from '../responses/owner-of';
import type { ResponseLibrary } from '../responses/response-library';
import { type CountHere, countedHere, estimateCount } from '../tokens/count-here';
import { admitCall, type CallAdmission } from './admit-call';
import type { AdmittedRequest, KeepAnswer } from './admitted-request';
import { ClientResponse } from './client-response';
import { type ClientRoute, routeAt, takesForm } from './client-routes';
import { describeRequest } from './describe-request';
import { errorHeaders } from './error-headers';
import { Exchange } from './exchange';
import type { ExchangePorts } from './exchange-ports';
import { JsonArrayResponse } from './json-array-response';
import { readBody, tooLarge } from './read-body';

/** What the ingress needs of one configuration version. */
export interface EdgeState {
  readonly snapshot: GatewaySnapshot;
  readonly catalog: ModelCatalog;
}

export interface CallIngressPorts extends ExchangePorts {
  readonly authenticator: KeyAuthenticator;
  readonly tracing: Tracing;
  /** Null until the first configuration. */
  state(): EdgeState | null;
  /** True once no new requests are to be taken. */
  isDraining(): boolean;
  readonly responses: ResponseLibrary;
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
}

interface ArrivedBody {
  readonly body: Buffer;
  readonly principal: Principal;
  readonly state: EdgeState;
}

type Keeping = NonNullable<Extract<CallAdmission, { ok: true }>['check']['keeping']>;

interface Admitted extends Pick<AdmittedRequest, 'echo' | 'keep'> {
  readonly admission: Extract<CallAdmission, { ok: true }>;
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

  private refuseEarly({ request, route }: Arrival): GatewayError | null {
    const state = this.ports.state();
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
    const state = this.ports.state();
    if (!result.ok || !state) {
      this.refuse(arrival, result.ok ? NOT_CONFIGURED : result.error);
      return;
    }
    readBody(arrival.request, {
      maxBytes: state.snapshot.maxBodyBytes,
      onRefused: (error) => this.refuse(arrival, error),
      onBody: (body) => this.onBodyGuarded(arrival, { body, principal: result.principal, state }),
    });
  }

  /** This runs in a socket's callback: a bug that one body meets must not end the process with everybody's streams. */
  private onBodyGuarded(arrival: Arrival, got: ArrivedBody): void {
    try {
      this.onBody(arrival, got);
    } catch (error) {
      this.ports.observe.unreadable({ requestId: arrival.requestId }, error);
      this.refuse(arrival, INTERNAL);
    }
  }

  private onBody(arrival: Arrival, got: ArrivedBody): void {
    const { body, principal } = got;
    // The drain waits for exchanges, not for bodies that were still coming when it began.
    if (this.ports.isDraining()) {
      this.refuse(arrival, DRAINING);
      return;
    }
    const admission = admit(arrival, got);
    if (!admission.ok) {
      this.refuse(arrival, admission.error);
      return;
    }
    const { model } = admission.check;
    const count = countedHere(arrival.route.codec.wire, { catalog: got.state.catalog, model, body });
    if (count !== null) {
      this.countHere(arrival, count);
      return;
    }
    const { check } = admission;
    const keep = this.keeperOf(arrival, got, check.keeping);
    if (check.keeping?.previousId === undefined) {
      this.dispatch(arrival, got, { admission, echo: check.echo, keep });
      return;
    }
    goOnFrom(this.ports.responses, principal, body)
      .then((whole) => {
        if (!whole.ok) this.refuse(arrival, whole.error);
        else this.onWholeBody(arrival, { ...got, body: whole.value }, { echo: check.echo, keep });
      })
      .catch((error: unknown) => {
        this.ports.observe.unreadable({ requestId: arrival.requestId }, error);
        this.refuse(arrival, INTERNAL);
      });
  }

  /** What was said before is in the body now; with it, the body may have become too large. */
  private onWholeBody(arrival: Arrival, got: ArrivedBody, answering: Pick<Admitted, 'echo' | 'keep'>): void {
    // A client that left meanwhile will not be told, and nobody is to be asked on its behalf.
    if (arrival.response.destroyed) {
      arrival.span.end();
      return;
    }
    if (this.ports.isDraining()) {
      this.refuse(arrival, DRAINING);
      return;
    }
    const admission = admit(arrival, got);
    if (admission.ok) this.dispatch(arrival, got, { admission, ...answering });
    else this.refuse(arrival, admission.error);
  }

  private keeperOf(arrival: Arrival, got: ArrivedBody, keeping: Keeping | undefined): KeepAnswer | undefined {
    if (!keeping?.store) return undefined;
    const turn = {
      owner: ownerOf(got.principal),
      previousId: keeping.previousId ?? null,
      body: got.body,
      key: arrival.requestId.replaceAll('-', ''),
    };
    return (answer) => this.ports.responses.keep(turn, answer);
  }

  private dispatch(arrival: Arrival, { body, principal, state }: ArrivedBody, admitting: Admitted): void {
    const { codec, asArray } = arrival.route;
    const { admission, echo, keep } = admitting;
    const admitted: AdmittedRequest = {
      body,
      codec,
      span: arrival.span,
      startedMs: arrival.startedMs,
      echo,
      keep,
      envelope: describeRequest({
        requestId: arrival.requestId,
        edge: this.ports.registry.edge,
        codec,
        receivedAtUnixMs: arrival.receivedAtUnixMs,
        headers: arrival.request.headers,
        traceparent: arrival.span.traceparent,
        principal,
        admission,
        requestTimeoutMs: state.snapshot.routing.requestTimeoutMs,
      }),
    };
    const client = new (asArray ? JsonArrayResponse : ClientResponse)(
      arrival.response,
      this.ports.limits.slowConsumerMs,
    );
    new Exchange(this.ports, admitted, client).dispatch();
  }

  /** No provider is asked, so there is nothing for the books. */
  private countHere(arrival: Arrival, count: CountHere): void {
    estimateCount(count).then(
      (document) => {
        arrival.span.end();
        const headers = { 'x-request-id': arrival.requestId, 'x-gateway-tokens-estimated': 'true' };
        new ClientResponse(arrival.response).json(200, document, headers);
      },
      (error: unknown) => {
        if (!isGatewayException(error)) this.ports.observe.unreadable({ requestId: arrival.requestId }, error);
        this.refuse(arrival, isGatewayException(error) ? error.detail : INTERNAL);
      },
    );
  }

  private refuse(arrival: Arrival, error: GatewayError): void {
    this.ports.observe.refused(error);
    answerError(arrival, error);
  }
}

function admit({ request, route }: Arrival, { body, principal, state }: ArrivedBody): CallAdmission {
  return admitCall({
    body,
    contentType: request.headers['content-type'],
    codec: route.codec,
    called: route.called,
    principal,
    catalog: state.catalog,
    maxBodyBytes: state.snapshot.maxBodyBytes,
  });
}

/** Ends a request that never became an exchange. A body that was not read to its end costs the connection. */
function answerError({ request, response, route, requestId, span }: Arrival, error: GatewayError): void {
  span.setError(error.code, loggableErrorReason(error));
  span.end();
  new ClientResponse(response).error(error, JSON.stringify(route.codec.encodeError(error, requestId)), {
    ...errorHeaders(error, requestId),
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

const INTERNAL: GatewayError = { code: 'internal_error', message: 'The gateway could not handle this request.' };
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
const DRAINING: GatewayError = {
  code: 'service_unavailable',
  message: 'This gateway instance is shutting down. Try again.',
  retryAfterMs: 1_000,
};
