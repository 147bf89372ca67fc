import { isOfVersion, providerModelFor, type ResolvedGroup, versionOf } from '@gateway/catalog';
import type { CostBound, Deployment, GatewayError, RoutingWishes } from '@gateway/domain';
import type { RequestCheck } from '@gateway/wire-formats';
import { boundCall } from '../budgets/bound-call';
import type { CallCandidate } from '../calls/admit-call';
import { affordAnswer } from './afford-answer';

type Check = Extract<RequestCheck, { ok: true }>;

interface AskedTerms {
  readonly check: Check;
  readonly group: ResolvedGroup;
  readonly wishes: RoutingWishes | undefined;
}

export type AdmittedTerms =
  | { readonly ok: true; readonly check: Check; readonly wishes?: RoutingWishes; readonly bound?: CostBound }
  | { readonly ok: false; readonly error: GatewayError };

/** More of a list is no help. */
const MOST_VERSIONS = 20;

/** What only a canonical request can demand: a version of its model, and that it costs no more than it says. */
export function admitTerms(
  { body, codec, routing }: CallCandidate,
  { check, group, wishes }: AskedTerms,
): AdmittedTerms {
  const { model, modelVersion, maxOutputTokens } = check;
  const nameOf = (deployment: Deployment): string => providerModelFor(deployment, group, model);
  const isMeant = (one: Deployment): boolean => modelVersion === undefined || isOfVersion(nameOf(one), modelVersion);
  const deployments = group.deployments.filter(isMeant);
  if (modelVersion !== undefined && deployments.length === 0)
    return { ok: false, error: noSuchVersion(model, modelVersion, group.deployments.map(nameOf)) };
  const pinned = modelVersion === undefined ? wishes : { ...wishes, modelVersion };
  const limitNanoUsd = wishes?.maxCostNanoUsd ?? routing.maxCostNanoUsd;
  if (limitNanoUsd === undefined) return { ok: true, check, wishes: pinned };
  const bound = boundCall({ wire: codec.wire, body, maxOutputTokens });
  const models = deployments.map((deployment) => ({ deployment, providerModel: nameOf(deployment) }));
  const answer = affordAnswer({ model, models, bound, limitNanoUsd });
  if (!answer.ok) return answer;
  const { outputTokens } = answer;
  return {
    ok: true,
    check: outputTokens === undefined ? check : { ...check, maxOutputTokens: outputTokens },
    wishes: pinned,
    bound: outputTokens === undefined ? bound : { ...bound, outputTokens },
  };
}

function noSuchVersion(model: string, version: string, names: readonly string[]): GatewayError {
  const versions = [...new Set(names.map(versionOf))];
  const shown = versions.slice(0, MOST_VERSIONS).join(', ');
  const more = versions.length > MOST_VERSIONS ? ', …' : '';
  return {
    code: 'model_not_found',
    message: `'${model}' has no version '${version}' here. There is: ${shown}${more}.`,
    param: 'model_version',
  };
}
