import { INLINE_BODY_BYTES } from '@gateway/bus';
import type { ModelCatalog } from '@gateway/catalog';
import type { GatewaySnapshot } from '@gateway/config';
import type { ChatWire, GatewayError, Principal } from '@gateway/domain';
import { httpStatusOf } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import type { GatewaySpan, Tracing } from '@gateway/telemetry';
import { CHAT_WIRE_CODECS, type ChatWireCodec } from '@gateway/wire-formats';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authentication, KeyAuthenticator } from '../auth/key-authenticator';
import { admitChat, tooLarge } from './admit-chat';
import { ClientResponse } from './client-response';
import { type AdmittedRequest, Exchange } from './exchange';
import type { ExchangePorts } from './exchange-ports';
import { errorFromFastify } from './fastify-errors';

/** What the ingress needs of one configuration version. */
export interface EdgeState {
  readonly snapshot: GatewaySnapshot;
  readonly catalog: ModelCatalog;
}

export interface ChatIngressPorts extends ExchangePorts {
  readonly authenticator: KeyAuthenticator;
  readonly tracing: Tracing;
  /** Null until the first configuration. */
  state(): EdgeState | null;
  /** True once no new requests are to be taken. */
  isDraining(): boolean;
}

/** Public: nobody. Every route here asks for a valid key in its `onRequest` hook. */
export const CHAT_ROUTES: Readonly<Record<string, ChatWire>> = {
  '/v1/chat/completions': 'openai-chat',
  '/chat/completions': 'openai-chat',
  '/v1/messages': 'anthropic-messages',
  '/messages': 'anthropic-messages',
};

/** No configuration may ask for more: a body is held in memory once. */
export const MAX_BODY_BYTES = 100 * 1024 * 1024;

/** Client headers that mean something to a provider of the same wire. Everything else stays here. */
const FORWARDED: Readonly<Record<ChatWire, readonly string[]>> = {
  'openai-chat': [],
  'anthropic-messages': ['anthropic-version', 'anthropic-beta'],
};

interface Arrival {
  readonly requestId: string;
  readonly startedMs: number;
  readonly receivedAtUnixMs: number;
  readonly codec: ChatWireCodec;
  readonly span: GatewaySpan;
  principal: Principal | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    arrival: Arrival | null;
  }
}

/**
 * The chat routes, on Fastify itself: the body stays bytes, the answer is written to the socket. Nest's pipeline would
 * cost more than all of our own work (dependencies.md §5).
 */
export function registerChatIngress(fastify: FastifyInstance, ports: ChatIngressPorts): void {
  void fastify.register(async (scope) => {
    scope.decorateRequest('arrival', null);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => {
      if (reply.raw.headersSent) return;
      answer(request, reply, errorFromFastify(error));
    });
    for (const [path, wire] of Object.entries(CHAT_ROUTES)) {
      scope.post(
        path,
        {
          bodyLimit: MAX_BODY_BYTES,
          onRequest: (request, reply, done) => onRequest(ports, CHAT_WIRE_CODECS[wire], { request, reply, done }),
        },
        (request, reply) => onBody(ports, request, reply),
      );
    }
  });
}

interface Hook {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly done: () => void;
}

/** Before the body is read: who calls, and may the body come at all. */
function onRequest(ports: ChatIngressPorts, codec: ChatWireCodec, hook: Hook): void {
  const { request, reply, done } = hook;
  const { headers } = request.raw;
  const { traceparent } = headers;
  request.arrival = {
    requestId: newRequestId(),
    startedMs: performance.now(),
    receivedAtUnixMs: Date.now(),
    codec,
    span: ports.tracing.startSpan(`POST ${request.routeOptions.url}`, {
      kind: 'server',
      ...(typeof traceparent === 'string' && { parent: traceparent }),
    }),
    principal: null,
  };
  const refusal = refuseEarly(ports, request);
  if (refusal) {
    answer(request, reply, refusal);
    return;
  }
  const authentication = ports.authenticator.authenticate(headers);
  if (authentication instanceof Promise) {
    authentication.then(
      (result) => onAuthenticated(result, hook),
      () => answer(request, reply, INTERNAL),
    );
  } else {
    onAuthenticated(authentication, hook);
  }
  function onAuthenticated(result: Authentication, { request, reply }: Hook): void {
    if (!result.ok) answer(request, reply, result.error);
    else {
      if (request.arrival) request.arrival.principal = result.principal;
      done();
    }
  }
}

function refuseEarly(ports: ChatIngressPorts, request: FastifyRequest): GatewayError | null {
  const state = ports.state();
  if (ports.isDraining()) return DRAINING;
  if (!state) return NOT_CONFIGURED;
  const encoding = request.raw.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return COMPRESSED;
  const { maxBodyBytes } = state.snapshot;
  return Number(request.raw.headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : null;
}

function onBody(ports: ChatIngressPorts, request: FastifyRequest, reply: FastifyReply): void {
  const { arrival } = request;
  const state = ports.state();
  if (!arrival?.principal || !state) {
    answer(request, reply, INTERNAL);
    return;
  }
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const { codec, principal, span } = arrival;
  const admission = admitChat({
    body,
    codec,
    principal,
    catalog: state.catalog,
    maxBodyBytes: state.snapshot.maxBodyBytes,
  });
  if (!admission.ok) {
    answer(request, reply, admission.error);
    return;
  }
  const { check } = admission;
  const forwardHeaders = pickHeaders(request, codec.wire);
  const admitted: AdmittedRequest = {
    body,
    codec,
    span,
    startedMs: arrival.startedMs,
    envelope: {
      requestId: arrival.requestId,
      edge: ports.registry.edge,
      receivedAtUnixMs: arrival.receivedAtUnixMs,
      deadlineUnixMs: arrival.receivedAtUnixMs + state.snapshot.routing.requestTimeoutMs,
      principal: {
        keyHash: principal.keyHash,
        ...(principal.keyAlias !== undefined && { keyAlias: principal.keyAlias }),
        ...(principal.userId !== undefined && { userId: principal.userId }),
        ...(principal.teamId !== undefined && { teamId: principal.teamId }),
      },
      traceparent: span.traceparent,
      wire: codec.wire,
      summary: {
        model: check.model,
        stream: check.stream,
        tools: check.tools,
        images: check.images,
        estimatedPromptTokens: admission.estimatedPromptTokens,
        ...(check.maxOutputTokens !== undefined && { maxOutputTokens: check.maxOutputTokens }),
      },
      ...(admission.spans && { spans: admission.spans }),
      wantsUsage: check.wantsUsage,
      ...(forwardHeaders && { forwardHeaders }),
    },
  };
  reply.hijack();
  const client = new ClientResponse(reply.raw);
  if (body.length <= INLINE_BODY_BYTES) new Exchange(ports, admitted, client).dispatch();
  else void dispatchLarge(ports, admitted, client);
}

/** The body goes through the object store; the envelope only names it. */
async function dispatchLarge(
  ports: ChatIngressPorts,
  admitted: AdmittedRequest,
  client: ClientResponse,
): Promise<void> {
  const name = admitted.envelope.requestId;
  const { bodies } = ports.bus;
  try {
    await bodies.put(name, admitted.body);
  } catch {
    const error: GatewayError = {
      code: 'service_unavailable',
      message: 'The request body could not be stored.',
      retryAfterMs: 1_000,
    };
    client.json(httpStatusOf(error), JSON.stringify(admitted.codec.encodeError(error, name)), { 'x-request-id': name });
    return;
  }
  const large: AdmittedRequest = {
    ...admitted,
    body: new Uint8Array(0),
    envelope: { ...admitted.envelope, bodyObject: name },
    // What is left behind runs out by itself.
    release: () => void bodies.remove(name).catch(() => undefined),
  };
  new Exchange(ports, large, client).dispatch();
}

function pickHeaders(request: FastifyRequest, wire: ChatWire): Record<string, string> | null {
  const names = FORWARDED[wire];
  if (names.length === 0) return null;
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = request.raw.headers[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}

/** Ends a request that never became an exchange. */
function answer(request: FastifyRequest, reply: FastifyReply, error: GatewayError): void {
  const { arrival } = request;
  const requestId = arrival?.requestId ?? newRequestId();
  const codec = arrival?.codec ?? CHAT_WIRE_CODECS['openai-chat'];
  arrival?.span.setError(error.code, error.message);
  arrival?.span.end();
  void reply
    .code(httpStatusOf(error))
    .headers({
      'x-request-id': requestId,
      ...(error.retryAfterMs !== undefined && { 'retry-after': Math.max(1, Math.ceil(error.retryAfterMs / 1000)) }),
    })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(codec.encodeError(error, requestId)));
}

const INTERNAL: GatewayError = { code: 'internal_error', message: 'The gateway could not handle this request.' };
const COMPRESSED: GatewayError = {
  code: 'unsupported_media_type',
  message: 'Compressed request bodies are not accepted; send it without Content-Encoding.',
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
