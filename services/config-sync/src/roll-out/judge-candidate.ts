import type { InstanceReport } from '@gateway/contracts';

export type CandidateVerdict =
  | { readonly kind: 'waiting'; readonly for: readonly string[] }
  /** `silent` were not waited for any longer: they take the version when they are back, or say why not. */
  | { readonly kind: 'accepted'; readonly silent: readonly string[] }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** What becomes of a candidate, by what the instances say that live. One refusal is enough. */
export function judgeCandidate(
  version: string,
  reports: Iterable<InstanceReport>,
  isPatienceOver: boolean,
): CandidateVerdict {
  const reasons: string[] = [];
  const silent: string[] = [];
  for (const report of reports) {
    const name = `${report.service} ${report.instance}`;
    if (report.verdict?.version === version) {
      if (report.verdict.refusedFor !== null) reasons.push(`${name}: ${report.verdict.refusedFor}`);
    } else if (report.version !== version) silent.push(name);
  }
  if (reasons.length > 0) return { kind: 'refused', reasons };
  return silent.length === 0 || isPatienceOver ? { kind: 'accepted', silent } : { kind: 'waiting', for: silent };
}
