import { EXPERIMENT_GOALS, ROUTING_POLICIES } from '@gateway/domain';
import { z } from 'zod';
import { ACCOUNT_DEFAULTS } from './account-defaults-schema';
import { LITELLM_EXCEPTIONS, type LitellmException } from './litellm-exceptions';
import { key } from './schema-key';
import {
  count,
  flag,
  oneOf,
  partOfOne,
  positiveCount,
  retries,
  seconds,
  secondsOrNone,
  share,
  subjectTokenText,
  text,
  textList,
  usd,
  weightAboveNone,
} from './yaml-values';

/** `[{group: [other groups]}]`, LiteLLM's way, or one mapping. */
const fallbackMap = z.record(z.string(), textList, { error: 'a mapping of a model group to a list of model groups' });
const fallbacks = z.union([z.array(fallbackMap), fallbackMap.transform((one) => [one])], {
  error: 'a list such as [{"gpt-4o": ["claude-sonnet"]}]',
});

const FALLBACK_KEYS = {
  fallbacks: key(fallbacks, 'Model group → groups to try after it, as `[{"gpt-4o": ["claude-sonnet"]}]`.'),
  context_window_fallbacks: key(fallbacks, 'The same where the prompt does not fit; then only these are tried.'),
  content_policy_fallbacks: key(
    fallbacks,
    'The same where the provider refuses the content; then only these are tried.',
  ),
  default_fallbacks: key(textList, 'Groups to try after any group that has no fallbacks of its own.'),
};

function perException<Suffix extends string, Value extends z.ZodType>(suffix: Suffix, value: Value, meaning: string) {
  const keys = Object.entries(LITELLM_EXCEPTIONS).map(([exception, classes]) => [
    `${exception}${suffix}`,
    key(value, `${meaning} \`${classes.join('`, `')}\`.`),
  ]);
  return Object.fromEntries(keys) as Record<`${LitellmException}${Suffix}`, ReturnType<typeof key<Value>>>;
}

export const RETRY_POLICY = perException('Retries', retries, 'Further calls after a failure of the class');
export const ALLOWED_FAILS_POLICY = perException('AllowedFails', count, 'Failures let pass, of the class');

const retryPolicy = z.strictObject(RETRY_POLICY, { error: 'a mapping such as {TimeoutErrorRetries: 1}' });

/** What LiteLLM has in `router_settings` and in `litellm_settings`. */
const SHARED_KEYS = {
  num_retries: key(retries, 'Further calls after the first one, per group. Default: 2.'),
  retry_policy: key(
    retryPolicy,
    'Further calls by kind of failure, in place of `num_retries`. See below for the kinds.',
  ),
  allowed_fails: key(
    count,
    'Failures of a deployment within a minute that are let pass; one more takes it out. Default: not counted, but 5 in a row, half of at least 20 calls, or timeouts of 30 % (LiteLLM: 3).',
  ),
  cooldown_time: key(
    secondsOrNone,
    'Seconds a deployment is left out the first time, twice as long the second, … 0: never, but for deployments with one of their own. Default: 30 (LiteLLM: 5).',
  ),
  ...FALLBACK_KEYS,
};

const MARGIN = {
  percentage: share.optional().meta({ description: 'Share of the price: 0.1 is 10 %.' }),
  fixed_amount: usd.optional().meta({ description: 'USD a call.' }),
};

const margin = z.union([share, z.strictObject(MARGIN)], {
  error: 'a share such as 0.1, or a mapping of percentage (a share) and fixed_amount (USD)',
});

export const LITELLM_SETTINGS = {
  drop_params: key(flag, '`drop_params` of every deployment that has none of its own. Default: `false`.'),
  request_timeout: key(seconds, 'See `router_settings.timeout`, which wins.'),
  max_end_user_budget_id: key(
    text,
    'The budget object (`POST /budget/new`) of customers that have no rules of their own, each for itself.',
  ),
  ...ACCOUNT_DEFAULTS,
  cost_discount_config: key(
    z.record(z.string(), partOfOne, { error: 'a mapping of providers to shares' }),
    'By provider: the share of its prices that is taken off, e.g. `openai: 0.05` for 5 %.',
  ),
  cost_margin_config: key(
    z.record(z.string(), margin, { error: 'a mapping of providers to margins' }),
    'By provider, or `global` for those not named: what is put on its prices after the discount. A share (`0.1` is 10 %), or `percentage` (a share, too) and `fixed_amount` (USD a call).',
  ),
  ...(Object.fromEntries(
    Object.entries(SHARED_KEYS).map(([name, schema]) => [
      name,
      schema.meta({ description: `See \`router_settings.${name}\`, which wins.` }),
    ]),
  ) as typeof SHARED_KEYS),
};

const UNUSED_ARGUMENT = 'Accepted; has no effect: latencies are averaged with what is newest counting most.';

export const ROUTING_STRATEGY_ARGS = {
  lowest_latency_buffer: key(
    share,
    '`latency-based-routing`: deployments slower than the fastest by up to this share of it count as equally fast. Default: 0.',
  ),
  ttl: key(secondsOrNone, UNUSED_ARGUMENT),
  max_latency_list_size: key(count, UNUSED_ARGUMENT),
};

const strategyArguments = z.strictObject(ROUTING_STRATEGY_ARGS, { error: 'a mapping' });

export const ROUTING_GROUP = {
  group_name: text.meta({ description: 'For people; required.' }),
  models: textList.meta({ description: 'Model groups; required.' }),
  routing_strategy: text.meta({ description: 'Their strategy, as in `router_settings.routing_strategy`; required.' }),
  routing_strategy_args: key(
    strategyArguments,
    'Accepted; has no effect: `router_settings.routing_strategy_args` holds for all groups.',
  ),
};

export const EXPERIMENT_VARIANT = {
  name: subjectTokenText.meta({ description: 'In headers, metrics and reports; required.' }),
  model_group: text.meta({ description: 'The model group its requests go to; required.' }),
  weight: key(weightAboveNone, 'Share of the requests, relative to the other variants. Default: 1.'),
};

export const EXPERIMENT = {
  name: subjectTokenText.meta({ description: 'In headers, metrics and reports; required.' }),
  model_group: text.meta({ description: 'Whose requests take part: those that ask for this group; required.' }),
  sticky_by: key(
    oneOf(['key', 'session', 'request']),
    'What keeps its variant: a virtual `key`, a `session`, or nothing (`request`). Default: `key`.',
  ),
  variants: z
    .array(z.strictObject(EXPERIMENT_VARIANT, { error: 'a mapping' }), { error: 'a list of variants' })
    .min(1, { error: 'a list of at least one variant' })
    .meta({ description: 'What is compared, the control first; required.' }),
  adopt_winner: key(flag, 'Whether a variant that is proven better takes all requests by itself. Default: `false`.'),
  goal: key(
    oneOf(EXPERIMENT_GOALS),
    'What a variant is to be better at: `feedback` (a higher mean score), `cost` (less for a request that succeeded), `latency` (of those) or `errors` (fewer requests that failed). Default: `cost`.',
  ),
  min_requests: key(
    positiveCount,
    'So many requests of each variant must count for the goal before anything is said of it. Default: 100.',
  ),
};

export const HEDGING = {
  after: z
    .union([z.literal('p95'), seconds], { error: 'a number of seconds above 0, or p95' })
    .meta({ description: 'Seconds without content, or `p95` for what 95 % of its answers took; required.' }),
};

export const ROUTER_SETTINGS = {
  routing_strategy: key(
    text,
    'How a deployment of a group is picked: `simple-shuffle` (the default), `least-busy`, `latency-based-routing`, `cost-based-routing`, `usage-based-routing` (also `usage-based-routing-v2`).',
  ),
  routing_strategy_args: key(strategyArguments, 'See below.'),
  routing_groups: key(
    z.array(z.strictObject(ROUTING_GROUP, { error: 'a mapping' }), { error: 'a list of mappings' }),
    'Strategies of single model groups. See below.',
  ),
  routing_policy: key(
    oneOf(ROUTING_POLICIES),
    'Gateway extension: what every request prefers over the strategy, unless it says otherwise itself: `low_cost`, `prefer_low_cost` or `high_quality`.',
  ),
  low_cost_margin: key(
    share,
    'Gateway extension: how much more than the cheapest is still cheap for `prefer_low_cost`. Default: 0.1.',
  ),
  max_cost_per_request: key(usd, 'Gateway extension: most USD that all calls for one request together may cost.'),
  ...SHARED_KEYS,
  retry_after: key(
    secondsOrNone,
    'The shortest pause before a further call of a deployment that has failed in the same request, in seconds; what is drawn comes on top (see docs/routing.md). Default: 0.',
  ),
  model_group_retry_policy: key(
    z.record(z.string(), retryPolicy, { error: 'a mapping of model groups to retry policies' }),
    '`retry_policy` of single model groups.',
  ),
  allowed_fails_policy: key(
    z.strictObject(ALLOWED_FAILS_POLICY, { error: 'a mapping such as {TimeoutErrorAllowedFails: 10}' }),
    '`allowed_fails` by kind of failure. See below.',
  ),
  disable_cooldowns: key(flag, 'Never leave a deployment out for its failures. Default: `false`.'),
  timeout: key(seconds, 'Seconds for a whole request. Default: 600.'),
  stream_timeout: key(seconds, 'Seconds to the first content of one attempt. Default: 300, at most `timeout`.'),
  idle_timeout: key(seconds, 'Gateway extension: longest silence inside an answer, in seconds. Default: 120.'),
  max_fallbacks: key(count, 'Most fallback groups tried for one request. Default: 5.'),
  enable_pre_call_checks: key(
    flag,
    'Leave out deployments that are known not to be able to serve a request (prompt too long, no JSON schemas, …), instead of only trying them last. Default: `false`.',
  ),
  optional_pre_call_checks: key(
    textList,
    'What keeps requests together on a deployment: `session_affinity` (by session), `deployment_affinity` (by key), `prompt_caching` (by the cached part of the prompt). And `enforce_model_rate_limits`: `rpm` and `tpm` of every deployment are limits, whatever the strategy.',
  ),
  default_max_parallel_requests: key(
    positiveCount,
    '`max_parallel_requests` of every deployment that has none of its own. Default: no limit.',
  ),
  enable_tag_filtering: key(flag, 'Whether tags of a request choose among deployments. Default: `false`.'),
  tag_filtering_match_any: key(flag, 'Whether one common tag is enough; else all of the request’s. Default: `true`.'),
  hedging: key(
    z.strictObject(HEDGING, { error: 'a mapping such as {after: p95}' }),
    'Gateway extension: a second call of another deployment when the first is slow; both are paid for. Off by default. See below.',
  ),
  experiments: key(
    z.array(z.strictObject(EXPERIMENT, { error: 'a mapping' }), { error: 'a list of experiments' }),
    'Gateway extension: variants of a model group that are compared with each other. See below.',
  ),
  model_group_alias: key(
    z.record(
      z.string(),
      z.union(
        [
          text,
          z.strictObject({
            model: text.meta({ description: 'The model group; required.' }),
            hidden: key(flag, 'Accepted; has no effect yet.'),
          }),
        ],
        {
          error: 'the name of a model group',
        },
      ),
      { error: 'a mapping of alias to model group' },
    ),
    'What clients may say → model group.',
  ),
};
