import { isRecord, type Likelihood, type TokenLogprob } from '@gateway/domain';

type Fields = Readonly<Record<string, unknown>>;

/** A candidate's `logprobsResult`: the tokens that were chosen, and beside them the likeliest of each step. */
export function decodeLogprobs(result: unknown): readonly TokenLogprob[] {
  if (!isRecord(result) || !Array.isArray(result.chosenCandidates)) return [];
  const steps: unknown[] = Array.isArray(result.topCandidates) ? result.topCandidates : [];
  return result.chosenCandidates.flatMap((chosen: unknown, index) => {
    const likelihood = decodeLikelihood(chosen);
    const step = steps[index];
    const others: unknown[] = isRecord(step) && Array.isArray(step.candidates) ? step.candidates : [];
    const alternatives = others.map(decodeLikelihood).filter((other) => other !== null);
    return likelihood === null ? [] : [{ ...likelihood, alternatives }];
  });
}

export function encodeLogprobs(logprobs: readonly TokenLogprob[]): Fields {
  return {
    chosenCandidates: logprobs.map(encodeLikelihood),
    topCandidates: logprobs.map(({ alternatives }) => ({ candidates: alternatives.map(encodeLikelihood) })),
  };
}

function decodeLikelihood(candidate: unknown): Likelihood | null {
  if (!isRecord(candidate) || typeof candidate.token !== 'string') return null;
  // A token that was certain has the logarithm 0, which this wire leaves out.
  const { token, logProbability: logprob = 0 } = candidate;
  return typeof logprob === 'number' ? { token, logprob } : null;
}

function encodeLikelihood({ token, logprob }: Likelihood): Fields {
  return { token, logProbability: logprob };
}
