import { isRecord, type Likelihood, type TokenLogprob } from '@gateway/domain';

/** The layout that OpenAI's two wires and Ollama's have in common; null where there are none. */
export function decodeLogprobs(values: unknown): readonly TokenLogprob[] | null {
  if (!Array.isArray(values) || values.length === 0) return null;
  return values.flatMap((value: unknown) => {
    const likelihood = decodeLikelihood(value);
    if (likelihood === null || !isRecord(value)) return [];
    const others: unknown[] = Array.isArray(value.top_logprobs) ? value.top_logprobs : [];
    return [{ ...likelihood, alternatives: others.map(decodeLikelihood).filter((other) => other !== null) }];
  });
}

/** `unknownBytes`: what stands for the bytes of a token that were not told. */
export function encodeLogprobs(
  logprobs: readonly TokenLogprob[],
  unknownBytes: (token: string) => readonly number[] | null,
): Record<string, unknown>[] {
  const encode = ({ token, logprob, bytes }: Likelihood) => ({ token, logprob, bytes: bytes ?? unknownBytes(token) });
  return logprobs.map((one) => ({ ...encode(one), top_logprobs: one.alternatives.map(encode) }));
}

function decodeLikelihood(value: unknown): Likelihood | null {
  if (!isRecord(value) || typeof value.token !== 'string' || typeof value.logprob !== 'number') return null;
  const { token, logprob, bytes } = value;
  return { token, logprob, ...(Array.isArray(bytes) && { bytes: bytes as number[] }) };
}
