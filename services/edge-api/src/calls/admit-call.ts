import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { ModelCatalog, ResolvedGroup } from '@gateway/catalog';
import type { BodySpans } from '@gateway/contracts';
import {
  type ClientAccess,
  type CostBound,
  type GatewayError,
  isGatewayException,
  NATIVE_WIRE,
  type Principal,
  type RoutingSettings,
  type RoutingWishes,
} from '@gateway/domain';
import { hasGatewayFields } from '@gateway/providers';
import { type CalledInPath, findTopLevelSpans, type RequestCheck } from '@gateway/wire-formats';
import { findGroup } from '../access/find-group';
import { customerOf } from '../customers/customer-of';
import { admitTerms } from '../native/admit-terms';
import { admitWishes } from '../wishes/admit-wishes';
import { type ClientCodec, takesForm } from './client-routes';
import { defaultModel } from './default-model';
import { estimatePromptTokens } from './estimate-prompt';
import { isDeeperThan } from './json-depth';
import { tooLarge } from './read-body';
import { readClientAccess } from './read-client-access';
import { readFormBody } from './read-form-body';

/** Deeper nesting has no use and would make later walks of the document recurse without end. */
const MAX_JSON_DEPTH = 64;

const NOT_IN_BODY: BodySpans = { model: [0, 0] };
const NO_ACCESS = { ok: true, access: undefined } as const;

export interface CallCandidate {
  readonly body: Buffer;
  readonly codec: ClientCodec;
  /** Where the path says what is called. */
  readonly called?: CalledInPath;
  readonly headers: IncomingHttpHeaders;
  readonly principal: Principal;
  readonly catalog: ModelCatalog;
  readonly maxBodyBytes: number;
  readonly isBatchLine: boolean;
  /** Calls that together may cost what one may. */
  readonly sharesCostWith?: number;
  readonly routing: Pick<RoutingSettings, 'affinities' | 'maxCostNanoUsd'>;
}

export type CallAdmission =
  | {
      readonly ok: true;
      readonly check: Extract<RequestCheck, { ok: true }>;
      /** What the name stands for. */
      readonly group: ResolvedGroup;
      /** Null when the body must be parsed to be sent on: it names no model, has fields for the gateway, or is a form. */
      readonly spans: BodySpans | null;
      readonly estimatedPromptTokens: number;
      /** Where the client wants to be served with its own key, and may. */
      readonly clientAccess?: ClientAccess;
      readonly wishes?: RoutingWishes;
      /** The most that a call may use, where its money is what counts. */
      readonly bound?: CostBound;
      /** In whose name the client calls. */
      readonly customerId?: string;
      /** The client's own time for the whole call. */
      readonly requestTimeoutMs?: number;
      /** The client wants to read in the answer what it cost. */
      readonly wantsCost?: true;
    }
  | { readonly ok: false; readonly error: GatewayError };

/** Everything that can be said about a body before anybody is asked: form, fields, model, permission. */
export function admitCall(candidate: CallCandidate): CallAdmission {
  const { body, codec, catalog, principal } = candidate;
  if (body.length > candidate.maxBodyBytes) return refuse(tooLarge(candidate.maxBodyBytes));
  const isForm = takesForm(codec);
  const parsed = isForm ? readFormBody(body, candidate.headers['content-type']) : parseBody(body);
  if (!parsed.ok) return parsed;
  const checked = codec.validateRequest(parsed.document, candidate.called);
  if (!checked.ok) return checked;
  const isNamed = checked.model !== '';
  const check = isNamed
    ? meantBy(principal, checked)
    : { ...checked, model: defaultModel(codec.wire, catalog, principal) ?? '' };
  if (check.model === '') return refuse(NO_DEFAULT_MODEL);
  const found = findGroup(check.model, candidate);
  if (!found.ok) return found;
  const document = parsed.document as Readonly<Record<string, unknown>>;
  const isForUs = hasGatewayFields(document);
  const { deployments } = found.group;
  const given = isForUs ? readClientAccess({ document, deployments, isBatchLine: candidate.isBatchLine }) : NO_ACCESS;
  if (!given.ok) return given;
  const asked = admitWishes(candidate, { document, isForm, isForUs });
  if (!asked.ok) return asked;
  const terms =
    codec.wire === NATIVE_WIRE ? admitTerms(candidate, { check, group: found.group, wishes: asked.wishes }) : null;
  if (terms?.ok === false) return terms;
  try {
    return {
      ok: true,
      check: terms?.check ?? check,
      group: found.group,
      spans: isForm || !isNamed ? null : spansOf(candidate, document, isForUs),
      estimatedPromptTokens: estimatePromptTokens(document),
      clientAccess: given.access,
      wishes: terms === null ? asked.wishes : terms.wishes,
      bound: terms?.bound,
      customerId: customerOf(candidate.headers, document),
      requestTimeoutMs: asked.requestTimeoutMs,
      wantsCost: asked.wantsCost,
    };
  } catch (error) {
    if (isGatewayException(error)) return refuse(error.detail);
    throw error;
  }
}

/** A key may have names of its own for models. */
function meantBy<Check extends { readonly model: string }>({ modelAliases }: Principal, check: Check): Check {
  if (modelAliases === undefined || !Object.hasOwn(modelAliases, check.model)) return check;
  return { ...check, model: modelAliases[check.model]! };
}

/**
 * Throws for a body with two models, whether it is to be spliced or not. A model in the body as well as in the path could
 * be another one: such a body is parsed, to take it out.
 */
function spansOf(
  { body, called }: CallCandidate,
  document: Readonly<Record<string, unknown>>,
  isForUs: boolean,
): BodySpans | null {
  if (called && 'model' in document) return null;
  const spans = called ? NOT_IN_BODY : findTopLevelSpans(body);
  return isForUs ? null : spans;
}

type ParsedBody =
  | { readonly ok: true; readonly document: unknown }
  | { readonly ok: false; readonly error: GatewayError };

function parseBody(body: Buffer): ParsedBody {
  if (body.length === 0) return refuse(badJson('The request has no body.'));
  if (!isUtf8(body)) return refuse(badJson('The request body is not valid UTF-8.'));
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return refuse(badJson(`The request body is not valid JSON: ${(error as Error).message}`));
  }
  if (isDeeperThan(document, MAX_JSON_DEPTH)) {
    return refuse(badJson(`The request body is nested deeper than ${MAX_JSON_DEPTH} levels.`));
  }
  return { ok: true, document };
}

function refuse(error: GatewayError): { readonly ok: false; readonly error: GatewayError } {
  return { ok: false, error };
}

function badJson(message: string): GatewayError {
  return { code: 'invalid_json', message: message.slice(0, 300) };
}

const NO_DEFAULT_MODEL: GatewayError = {
  code: 'invalid_request',
  message:
    'model: must be given, because no model that is made for this call is configured. GET /v1/models lists what there is.',
  param: 'model',
};
