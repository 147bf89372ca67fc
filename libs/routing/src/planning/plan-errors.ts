import type { ModelCatalog } from '@gateway/catalog';
import { formatUsd, type GatewayError } from '@gateway/domain';
import { describeOmission, type Omission } from '../candidates/left-out';
import type { LeftOut } from '../candidates/prefer';
import type { GroupPlan } from './plan-group';
import type { PlanInput } from './plan-input';

/** The error for a model nobody configured, naming the nearest that exists. */
export function unknownModel(catalog: ModelCatalog, model: string): GatewayError {
  const nearest = catalog.nearest(model);
  const hint = nearest === null ? '' : ` Did you mean '${nearest}'?`;
  return {
    code: 'model_not_found',
    message: `The model '${model}' does not exist or you do not have access to it.${hint} GET /v1/models lists what you may use.`,
    param: 'model',
  };
}

type Reason = Omission['why'];

/**
 * What is the request's own fault, in the order it is said: what came closest to being served first, and the length of the
 * prompt before all, since another model may be kept for long ones.
 */
const REQUESTS_FAULT: readonly Reason[] = [
  'prompt-too-long',
  'cannot',
  'too-expensive',
  'unpriced',
  'other-tags',
  'other-version',
  'other-region',
  'not-left-to-clients',
  'call-not-offered',
];

/** The one error for a request that no deployment is left for: the request's fault if it is that, else what is missing. */
export function nobodyLeft(plans: readonly GroupPlan[], input: PlanInput): GatewayError {
  const left = plans.flatMap((plan) => plan.left);
  const isItsFault = left.every(({ omission }) => REQUESTS_FAULT.includes(omission.why) || isGone(omission));
  const why = isItsFault && REQUESTS_FAULT.find((one) => left.some(({ omission }) => omission.why === one));
  const known = why && left.find(({ omission }) => omission.why === why);
  if (known) return requestsFault(known.omission, left, input);
  if (left.some(({ omission }) => isBusy(omission))) return allBusy(left, input);
  return {
    code: 'service_unavailable',
    message: `No deployment of '${input.summary.model}' can serve now: ${reasons(left)}.`,
    retryAfterMs: 1_000,
  };
}

function isGone({ why }: Omission): boolean {
  return why === 'unavailable' || why === 'held-open';
}

function isBusy({ why }: Omission): boolean {
  return why === 'over-rate' || why === 'all-places-taken';
}

function requestsFault(omission: Omission, left: readonly LeftOut[], { summary, call }: PlanInput): GatewayError {
  const { model } = summary;
  switch (omission.why) {
    case 'call-not-offered': {
      const providers = [...new Set(left.map(({ candidate }) => candidate.deployment.provider))].join(', ');
      const message = `'${model}' takes no ${call.name} calls: its provider (${providers}) does not offer them, or this gateway does not make them there.`;
      return { code: 'invalid_request', message, param: 'model' };
    }
    case 'prompt-too-long': {
      const limits = left.flatMap((one) => (one.omission.why === 'prompt-too-long' ? [one.omission.limit] : []));
      const message = `The prompt has about ${omission.tokens} tokens, and '${model}' takes at most ${Math.max(...limits)}.`;
      return { code: 'context_length_exceeded', message };
    }
    case 'cannot':
      return {
        code: 'unsupported_parameter',
        message: `'${model}' has no ${omission.capability}, which the request needs.`,
      };
    case 'other-tags':
      return {
        code: 'invalid_request',
        message: `No deployment of '${model}' ${hasWanted(omission.wanted)}.`,
        param: 'tags',
      };
    case 'other-version':
      return {
        code: 'model_not_found',
        message: `No deployment of '${model}' has version '${omission.wanted}'.`,
        param: 'model_version',
      };
    case 'other-region':
      return {
        code: 'invalid_request',
        message: `No deployment of '${model}' runs in '${omission.wanted}'.`,
        param: 'region',
      };
    case 'not-left-to-clients':
      // The edge has looked already; between two configurations its answer may be an old one.
      return {
        code: 'invalid_request',
        message: `No deployment of '${model}' takes the address and the key of this request.`,
      };
    case 'too-expensive': {
      const costs = left.flatMap((one) => (one.omission.why === 'too-expensive' ? [one.omission.costNanoUsd] : []));
      const message = `A call of '${model}' may cost ${formatUsd(Math.min(...costs))} USD, and this request may cost ${formatUsd(omission.limitNanoUsd)}. A lower max_tokens makes it cheaper.`;
      return { code: 'invalid_request', message, param: 'max_cost_usd' };
    }
    default: {
      const message = `Nobody knows what '${model}' costs, and the cost of this request is limited. model_info can say its price.`;
      return { code: 'invalid_request', message, param: 'max_cost_usd' };
    }
  }
}

function hasWanted(wanted: readonly string[]): string {
  if (wanted.length === 0) return 'serves requests without tags';
  return `has ${wanted.length === 1 ? 'the tag' : 'the tags'} ${wanted.map((tag) => `'${tag}'`).join(', ')}`;
}

/** LiteLLM's answer, too, when every deployment is over its limits. */
function allBusy(left: readonly LeftOut[], { summary }: PlanInput): GatewayError {
  return {
    code: 'rate_limited',
    message: `Every deployment of '${summary.model}' is at its limit: ${reasons(left)}.`,
    retryAfterMs: 1_000,
  };
}

/** Each reason once: a group may have hundreds of deployments. */
function reasons(left: readonly LeftOut[]): string {
  const said = left.map(({ candidate, omission }) =>
    omission.why === 'unavailable' ? omission.reason : `${candidate.deployment.id}: ${describeOmission(omission)}`,
  );
  const each = [...new Set(said)];
  const shown = each.slice(0, 5).join('; ');
  return each.length > 5 ? `${shown}; and ${each.length - 5} more` : shown || 'it has none';
}
