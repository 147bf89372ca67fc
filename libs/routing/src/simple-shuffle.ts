import type { Deployment } from '@gateway/domain';

/** The first of these that any deployment of a group has is what the group is weighted by (LiteLLM's order). */
const WEIGHT_FIELDS = ['weight', 'rpm', 'tpm'] as const;

/**
 * Orders deployments at random, each place drawn in proportion to the weights of those still left. Without any weight
 * all are equal; next to weighted ones, a deployment without a weight comes last.
 */
export function simpleShuffle(deployments: readonly Deployment[], random: () => number): Deployment[] {
  const field = WEIGHT_FIELDS.find((name) => deployments.some((deployment) => deployment[name] !== undefined));
  const left = [...deployments];
  const ordered: Deployment[] = [];
  while (left.length > 0) {
    const weights = left.map((deployment) => (field ? (deployment[field] ?? 0) : 1));
    ordered.push(...left.splice(drawIndex(weights, random), 1));
  }
  return ordered;
}

function drawIndex(weights: readonly number[], random: () => number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return Math.floor(random() * weights.length);
  let point = random() * total;
  for (let index = 0; index < weights.length; index += 1) {
    point -= weights[index] ?? 0;
    if (point < 0) return index;
  }
  // Rounding may leave a sliver: the last one that can be drawn at all.
  return weights.findLastIndex((weight) => weight > 0);
}
