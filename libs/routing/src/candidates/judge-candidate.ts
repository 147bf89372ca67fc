import { isOfVersion } from '@gateway/catalog';
import type { RequestSummary } from '@gateway/contracts';
import { type ClientAccess, type Deployment, type RoutingSettings, refusedAccess } from '@gateway/domain';
import type { Candidate } from './candidate';
import { highestCostNanoUsd } from './estimate-cost';
import { isInRegion } from './is-in-region';
import type { Omission } from './left-out';

/** What a request demands of whoever serves it. */
export interface Demands {
  readonly summary: RequestSummary;
  readonly settings: RoutingSettings;
  /** Deployments nobody can serve now, with the reason: no credentials, no worker on their pool. */
  readonly unavailable: ReadonlyMap<string, string>;
  /** What the client calls for, in a word for people; deployments whose provider does not offer it are no candidates. */
  readonly call: { readonly name: string; isOfferedBy(deployment: Deployment): boolean };
  readonly clientAccess: ClientAccess | undefined;
  /** Whether `rpm` and `tpm` keep requests away, or only weigh. */
  readonly enforcesRates: boolean;
  /** Most that one call may cost; undefined is no limit. */
  readonly maxCostNanoUsd: number | undefined;
}

/** Why a deployment cannot serve the request however the others are; null when it can. */
export function judgeCandidate(candidate: Candidate, demands: Demands): Omission | null {
  const { deployment } = candidate;
  const { call, unavailable, summary, settings } = demands;
  if (!call.isOfferedBy(deployment)) return { why: 'call-not-offered', call: call.name, provider: deployment.provider };
  const { clientAccess } = demands;
  if (clientAccess !== undefined && refusedAccess(deployment, clientAccess) !== null)
    return { why: 'not-left-to-clients' };
  const reason = unavailable.get(deployment.id);
  if (reason !== undefined) return { why: 'unavailable', reason };
  const version = summary.wishes?.modelVersion;
  if (version !== undefined && !isOfVersion(candidate.providerModel, version))
    return { why: 'other-version', model: candidate.providerModel, wanted: version };
  const wanted = summary.wishes?.region;
  if (wanted !== undefined && !isInRegion(deployment.region, wanted))
    return { why: 'other-region', region: deployment.region, wanted };
  return (
    judgeTags(deployment, demands) ??
    judgeHold(candidate) ??
    (clientAccess === undefined ? judgeRoom(candidate, demands) : null) ??
    judgeCost(candidate, demands) ??
    (settings.preCallChecks ? judgeAbility(candidate, summary) : null)
  );
}

/** What it is known not to be able to do; what nobody said counts as able. */
export function judgeAbility({ facts }: Candidate, summary: RequestSummary): Omission | null {
  const { estimatedPromptTokens: tokens } = summary;
  if (facts.maxInputTokens !== undefined && tokens > facts.maxInputTokens)
    return { why: 'prompt-too-long', tokens, limit: facts.maxInputTokens };
  const { capabilities } = facts;
  if (summary.tools && capabilities.function_calling === false)
    return { why: 'cannot', capability: 'function_calling' };
  if (summary.images && capabilities.vision === false) return { why: 'cannot', capability: 'vision' };
  for (const capability of summary.needs ?? []) {
    if (capabilities[capability] === false) return { why: 'cannot', capability };
  }
  return null;
}

/** Whom requests without tags go to, beside deployments without tags (LiteLLM's word). */
const DEFAULT_TAG = 'default';
const NO_TAGS: readonly string[] = [];

function judgeTags({ tags = NO_TAGS }: Deployment, { settings, summary }: Demands): Omission | null {
  if (settings.tagFiltering === 'off') return null;
  const wanted = summary.wishes?.tags ?? NO_TAGS;
  const isFit =
    wanted.length === 0
      ? tags.length === 0 || tags.includes(DEFAULT_TAG)
      : settings.tagFiltering === 'any'
        ? wanted.some((tag) => tags.includes(tag))
        : wanted.every((tag) => tags.includes(tag));
  return isFit ? null : { why: 'other-tags', tags, wanted };
}

function judgeHold({ live }: Candidate): Omission | null {
  return live.circuit === 'open' && live.isHeld ? { why: 'held-open', reason: live.circuitReason } : null;
}

/** A client's own key has limits of its own, which its provider knows. */
function judgeRoom(candidate: Candidate, { enforcesRates }: Demands): Omission | null {
  return judgePlaces(candidate) ?? (enforcesRates ? judgeRates(candidate) : null);
}

function judgePlaces({ deployment, live }: Candidate): Omission | null {
  const { maxParallelRequests: limit } = deployment;
  if (limit === undefined || live.inFlight < limit) return null;
  return { why: 'all-places-taken', inFlight: live.inFlight, limit };
}

function judgeRates({ deployment, live }: Candidate): Omission | null {
  const { rpm, tpm } = deployment;
  if (rpm !== undefined && live.requestsPerMinute >= rpm)
    return { why: 'over-rate', unit: 'requests', used: live.requestsPerMinute, limit: rpm };
  if (tpm !== undefined && live.tokensPerMinute >= tpm)
    return { why: 'over-rate', unit: 'tokens', used: live.tokensPerMinute, limit: tpm };
  return null;
}

function judgeCost(candidate: Candidate, { summary, maxCostNanoUsd: limitNanoUsd }: Demands): Omission | null {
  if (limitNanoUsd === undefined) return null;
  const costNanoUsd = highestCostNanoUsd(candidate, summary);
  if (costNanoUsd === null) return { why: 'unpriced' };
  return costNanoUsd > limitNanoUsd ? { why: 'too-expensive', costNanoUsd, limitNanoUsd } : null;
}
