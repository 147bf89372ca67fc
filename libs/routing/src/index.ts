export { type Advance, type AdvanceInput, advanceSlip } from './advance-slip';
export { type BackoffInput, backoffMs } from './backoff';
export type { Candidate } from './candidates/candidate';
export { ORDINARY_ANSWER_TOKENS } from './candidates/estimate-cost';
export { describeOmission, type Omission } from './candidates/left-out';
export type { LeftOut } from './candidates/prefer';
export { concernsHealth } from './circuit/judge-outcome';
export {
  compareVariants,
  describeVariant,
  type TimesInFigures,
  type VariantSummary,
} from './experiments/describe-variant';
export type { Difference } from './experiments/difference';
export type { ExperimentMetric } from './experiments/experiment-metrics';
export { type ExperimentVerdict, judgeExperiment } from './experiments/judge-experiment';
export { explainDeployments, explainPlan } from './explain/explain-plan';
export { hedgeStep } from './hedge-step';
export { type DeploymentLive, type LiveView, NOTHING_KNOWN } from './live/deployment-live';
export { type CircuitChange, LiveBoard, type TroubledCircuit } from './live/live-board';
export { OutcomeReporter, type OutcomeReporterOptions } from './live/outcome-reporter';
export { moneyLeft } from './may-call';
export { type FailedAttempt, noteFailure } from './note-failure';
export {
  type AdaptiveBounds,
  type AdaptiveLimit,
  afterFirstToken,
  afterRefusal,
  type FirstToken,
  initialLimit,
} from './overload/adaptive-limit';
export { type DeploymentLimits, deploymentLimits } from './overload/deployment-limits';
export { afterEnd, afterStart, mayRetry, NO_CALLS, type RetryBudget } from './overload/retry-budget';
export { passOverDeployment } from './pass-over-deployment';
export { unknownModel } from './planning/plan-errors';
export type { GroupPlan } from './planning/plan-group';
export type { PlanInput } from './planning/plan-input';
export { type Considered, type Plan, planRoute } from './planning/plan-route';
export { RETRY_TABLE, type RetryRule } from './retry-table';
export { simpleShuffle } from './strategies/simple-shuffle';
