import { GatewayException, isRecord, type Principal } from '@gateway/domain';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../access/access-guard';
import { admitCall, type CallAdmission } from '../calls/admit-call';
import type { EdgeState } from '../calls/arrived-call';
import { type ClientCodec, type ClientRoute, routeAt, takesForm } from '../calls/client-routes';

export const USUAL_ROUTE = '/v1/chat/completions';

/** Which call a body is of, where nobody says: what only the canonical request has tells it. */
export function routeMeantBy(body: unknown): string {
  return isRecord(body) && ('parameters' in body || 'model_version' in body) ? '/v1/gateway/chat' : USUAL_ROUTE;
}

/** A call that somebody only asks about. */
export interface AdmittedQuestion {
  readonly codec: ClientCodec;
  readonly principal: Principal;
  readonly admission: Extract<CallAdmission, { ok: true }>;
  /** The body as a client may have written it. */
  readonly bytes: Buffer;
}

/**
 * The checks of the call itself: what it would be refused for, this is refused for.
 * @throws GatewayException
 */
export function admitQuestion(
  { snapshot, catalog }: EdgeState,
  request: FastifyRequest,
  { body, route }: { readonly body: unknown; readonly route: string },
): AdmittedQuestion {
  const { codec, called } = askedRoute(route);
  const principal = principalOf(request);
  const bytes = Buffer.from(JSON.stringify(body ?? null));
  const admission = admitCall({
    body: bytes,
    codec,
    called,
    headers: request.headers,
    principal,
    catalog,
    maxBodyBytes: snapshot.maxBodyBytes,
    isBatchLine: false,
    routing: snapshot.routing,
  });
  if (!admission.ok) throw new GatewayException(admission.error);
  return { codec, principal, admission, bytes };
}

function askedRoute(route: string): ClientRoute {
  const found = routeAt(route);
  if (found === undefined) {
    const message = `route: '${route}' calls no model. Write the path of the call, e.g. /v1/messages.`;
    throw new GatewayException({ code: 'invalid_request', message, param: 'route' });
  }
  if (takesForm(found.codec)) {
    const message = `route: '${route}' takes a form, and only calls in JSON can be asked about.`;
    throw new GatewayException({ code: 'invalid_request', message, param: 'route' });
  }
  return found;
}
