import type { CallBudget, ClientAccess, ClientWire } from '@gateway/domain';
import type { BodySpans, Envelope, HandedOver, RequestEnvelope, RequestSummary } from './envelope';
import { type AttemptNote, DETOUR_CAUSES, type DetourCause, type RoutingSlip, type SlipStep } from './routing-slip';

/**
 * Head and slip of an envelope as JSON arrays, by position. Every service on the way reads or writes them once a request,
 * and names would be half of the bytes and two thirds of the time. A change of positions is a new envelope version.
 */
type Head = readonly [
  requestId: string,
  edge: string,
  token: string,
  dispatch: number,
  receivedAtUnixMs: number,
  deadlineUnixMs: number,
  handoverByUnixMs: number,
  handedAtUnixMs: number | null,
  keyHash: string,
  keyAlias: string | null,
  userId: string | null,
  teamId: string | null,
  traceparent: string | null,
  wire: ClientWire,
  model: string,
  stream: boolean,
  tools: boolean,
  images: boolean,
  estimatedPromptTokens: number,
  maxOutputTokens: number | null,
  modelSpan: BodySpans['model'] | null,
  streamOptionsSpan: BodySpans['model'] | null,
  wantsUsage: boolean,
  bodyBytes: number | null,
  forwardHeaders: Readonly<Record<string, string>> | null,
  contentType: string | null,
  replyLine: string | null,
  batchId: string | null,
  /** Of the summary and the principal, and rare: with their names. */
  asked: Asked | null,
  configVersion: string,
  bodyAddress?: string | null,
  bodySecret?: string | null,
  clientAccess?: ClientAccess | null,
  budget?: CallBudget,
];

interface Asked extends Pick<RequestSummary, 'needs' | 'choices' | 'wishes' | 'bound'> {
  readonly customerId?: string;
  readonly wantsCost?: boolean;
}

export function writeHead(request: RequestEnvelope, handed: HandedOver): string {
  const { principal, summary, spans } = request;
  const head: Head = [
    request.requestId,
    request.edge,
    handed.token,
    handed.dispatch,
    request.receivedAtUnixMs,
    request.deadlineUnixMs,
    handed.handoverByUnixMs,
    handed.handedAtUnixMs ?? null,
    principal.keyHash,
    principal.keyAlias ?? null,
    principal.userId ?? null,
    principal.teamId ?? null,
    request.traceparent ?? null,
    request.wire,
    summary.model,
    summary.stream,
    summary.tools,
    summary.images,
    summary.estimatedPromptTokens,
    summary.maxOutputTokens ?? null,
    spans?.model ?? null,
    spans?.streamOptions ?? null,
    request.wantsUsage,
    handed.bodyBytes ?? null,
    request.forwardHeaders ?? null,
    request.contentType ?? null,
    handed.replyLine ?? null,
    request.batchId ?? null,
    askedOf(request),
    request.configVersion,
  ];
  return JSON.stringify(withRare(head, request, handed));
}

/** Most calls have none of it, and end before. */
function withRare(
  head: Head,
  { clientAccess, budget }: RequestEnvelope,
  { bodyOffer }: HandedOver,
): readonly unknown[] {
  if (bodyOffer === undefined && clientAccess === undefined && budget === undefined) return head;
  const offered = [...head, bodyOffer?.address ?? null, bodyOffer?.secret ?? null];
  if (budget !== undefined) return [...offered, clientAccess ?? null, budget];
  return clientAccess === undefined ? offered : [...offered, clientAccess];
}

/** What was absent comes back as `undefined`: objects of one shape are what the engine is fast with. */
export function readHead(text: string, slip: RoutingSlip | undefined): Envelope {
  const head = JSON.parse(text) as Head;
  const modelSpan = head[20];
  return {
    requestId: head[0],
    edge: head[1],
    token: head[2],
    dispatch: head[3],
    receivedAtUnixMs: head[4],
    deadlineUnixMs: head[5],
    handoverByUnixMs: head[6],
    handedAtUnixMs: head[7] ?? undefined,
    principal: {
      keyHash: head[8],
      keyAlias: head[9] ?? undefined,
      userId: head[10] ?? undefined,
      teamId: head[11] ?? undefined,
      customerId: head[28]?.customerId,
    },
    traceparent: head[12] ?? undefined,
    wire: head[13],
    summary: {
      model: head[14],
      stream: head[15],
      tools: head[16],
      images: head[17],
      estimatedPromptTokens: head[18],
      maxOutputTokens: head[19] ?? undefined,
      needs: head[28]?.needs,
      choices: head[28]?.choices,
      wishes: head[28]?.wishes,
      bound: head[28]?.bound,
    },
    spans: modelSpan === null ? undefined : { model: modelSpan, streamOptions: head[21] ?? undefined },
    wantsUsage: head[22],
    wantsCost: head[28]?.wantsCost,
    bodyBytes: head[23] ?? undefined,
    bodyOffer: head[30] == null ? undefined : { address: head[30], secret: head[31] ?? '' },
    replyLine: head[26] ?? undefined,
    forwardHeaders: head[24] ?? undefined,
    contentType: head[25] ?? undefined,
    batchId: head[27] ?? undefined,
    clientAccess: head[32] ?? undefined,
    budget: head[33],
    configVersion: head[29],
    slip,
  };
}

type Step = readonly [
  deployment: string,
  pool: string,
  providerModel: string,
  firstTokenTimeoutMs: number,
  idleTimeoutMs: number,
  maxAttempts: number,
  backoffBaseMs: number,
  backoffCapMs: number,
  group: string,
  costNanoUsd: number | null,
  retries: SlipStep['retries'] | null,
  /** Rare: at the end, where its absence takes no place. */
  isProbe?: 0 | 1,
  backoffFloorMs?: number,
];

type Slip = readonly [
  cursor: number,
  policyVersion: string,
  reason: string,
  steps: readonly Step[],
  /** Rare: with their names. */
  attempts: readonly AttemptNote[],
  more: MoreOfSlip | null,
];

/** What few slips have. */
interface MoreOfSlip extends Pick<RoutingSlip, 'hedge' | 'maxCostNanoUsd' | 'experiment' | 'spent'> {
  readonly detours?: Readonly<Partial<Record<DetourCause, readonly Step[]>>>;
}

/** Nearly every request asks for nothing special. */
function askedOf({ summary, principal, wantsCost }: RequestEnvelope): Asked | null {
  const { needs, choices, wishes, bound } = summary;
  const { customerId } = principal;
  const isPlain = needs === undefined && choices === undefined && wishes === undefined && customerId === undefined;
  const isUsual = isPlain && bound === undefined && wantsCost === undefined;
  return isUsual ? null : { needs, choices, wishes, bound, customerId, wantsCost };
}

export function writeSlip(slip: RoutingSlip): string {
  const text: Slip = [
    slip.cursor,
    slip.policyVersion,
    slip.reason,
    slip.steps.map(stepByPosition),
    slip.attempts,
    moreOf(slip),
  ];
  return JSON.stringify(text);
}

export function readSlip(text: string): RoutingSlip {
  const [cursor, policyVersion, reason, steps, attempts, more] = JSON.parse(text) as Slip;
  const slip = { steps: steps.map(stepByName), cursor, attempts, policyVersion, reason };
  if (more === null) return slip;
  const { detours, ...rest } = more;
  return { ...slip, ...rest, ...(detours && { detours: mapDetours(detours, stepByName) }) };
}

function moreOf({ detours, hedge, maxCostNanoUsd, experiment, spent }: RoutingSlip): MoreOfSlip | null {
  const isPlain =
    detours === undefined && hedge === undefined && maxCostNanoUsd === undefined && experiment === undefined;
  if (isPlain && spent === undefined) return null;
  return { hedge, maxCostNanoUsd, experiment, spent, detours: detours && mapDetours(detours, stepByPosition) };
}

function mapDetours<From, To>(
  detours: Readonly<Partial<Record<DetourCause, readonly From[]>>>,
  map: (step: From) => To,
): Partial<Record<DetourCause, readonly To[]>> {
  const mapped: Partial<Record<DetourCause, readonly To[]>> = {};
  for (const cause of DETOUR_CAUSES) {
    const steps = detours[cause];
    if (steps) mapped[cause] = steps.map(map);
  }
  return mapped;
}

function stepByPosition(step: SlipStep): Step {
  const positions = [
    step.deployment,
    step.pool,
    step.providerModel,
    step.firstTokenTimeoutMs,
    step.idleTimeoutMs,
    step.maxAttempts,
    step.backoffBaseMs,
    step.backoffCapMs,
    step.group,
    step.costNanoUsd ?? null,
    step.retries ?? null,
  ] as const;
  if (step.backoffFloorMs !== undefined) return [...positions, step.isProbe ? 1 : 0, step.backoffFloorMs];
  return step.isProbe ? [...positions, 1] : positions;
}

function stepByName(step: Step): SlipStep {
  return {
    deployment: step[0],
    pool: step[1],
    providerModel: step[2],
    firstTokenTimeoutMs: step[3],
    idleTimeoutMs: step[4],
    maxAttempts: step[5],
    backoffBaseMs: step[6],
    backoffCapMs: step[7],
    group: step[8],
    costNanoUsd: step[9] ?? undefined,
    retries: step[10] ?? undefined,
    isProbe: step[11] === 1 ? true : undefined,
    backoffFloorMs: step[12],
  };
}
