import type { IncomingHttpHeaders } from 'node:http';
import type { CallBudget, ClientWire, Principal } from '@gateway/domain';
import type { CallAdmission } from './admit-call';
import type { AdmittedRequest } from './admitted-request';
import { type ClientCodec, takesForm } from './client-routes';

/** Client headers that mean something to a provider of the same wire. Everything else stays here. */
const FORWARDED: Readonly<Partial<Record<ClientWire, readonly string[]>>> = {
  'anthropic-messages': ['anthropic-version', 'anthropic-beta'],
  'anthropic-count-tokens': ['anthropic-version', 'anthropic-beta'],
};

export interface RequestDescription {
  readonly requestId: string;
  readonly edge: string;
  readonly codec: ClientCodec;
  readonly headers: IncomingHttpHeaders;
  readonly receivedAtUnixMs: number;
  readonly requestTimeoutMs: number;
  readonly configVersion: string;
  readonly traceparent: string;
  readonly principal: Principal;
  readonly batchId: string | undefined;
  readonly budget: CallBudget | undefined;
  readonly admission: Extract<CallAdmission, { ok: true }>;
}

/** Everything about an admitted request that travels in its envelope. */
export function describeRequest(description: RequestDescription): AdmittedRequest['envelope'] {
  const { codec, principal, admission } = description;
  const { check } = admission;
  const forwardHeaders = pickHeaders(description.headers, codec.wire);
  return {
    requestId: description.requestId,
    edge: description.edge,
    receivedAtUnixMs: description.receivedAtUnixMs,
    deadlineUnixMs: description.receivedAtUnixMs + timeoutMs(description),
    principal: {
      keyHash: principal.keyHash,
      keyAlias: principal.keyAlias,
      userId: principal.userId,
      teamId: principal.teamId,
      customerId: admission.customerId,
    },
    traceparent: description.traceparent,
    wire: codec.wire,
    summary: {
      model: check.model,
      stream: check.stream,
      tools: check.tools,
      images: check.images,
      estimatedPromptTokens: admission.estimatedPromptTokens,
      maxOutputTokens: check.maxOutputTokens,
      needs: check.needs,
      choices: check.choices,
      wishes: admission.wishes,
      bound: admission.bound,
    },
    spans: admission.spans ?? undefined,
    wantsUsage: check.wantsUsage,
    wantsCost: admission.wantsCost,
    forwardHeaders: forwardHeaders ?? undefined,
    contentType: takesForm(codec) ? description.headers['content-type'] : undefined,
    batchId: description.batchId,
    clientAccess: admission.clientAccess,
    budget: description.budget,
    configVersion: description.configVersion,
  };
}

/** A client may want less time than it gets, not more: that is the operator's to give. */
function timeoutMs({ requestTimeoutMs, admission }: RequestDescription): number {
  return Math.min(requestTimeoutMs, admission.requestTimeoutMs ?? requestTimeoutMs);
}

function pickHeaders(headers: IncomingHttpHeaders, wire: ClientWire): Record<string, string> | null {
  const names = FORWARDED[wire];
  if (names === undefined) return null;
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}
