import type { z } from 'zod';

export interface FirstIssue {
  /** e.g. `messages[0].role`; empty for the body itself. */
  readonly path: string;
  readonly message: string;
  /** The field nobody knows, when that is the fault. */
  readonly unknownField?: string;
  readonly isMissing: boolean;
}

/** The first thing wrong with a body; looks into unions for the branch that got furthest. */
export function firstIssue(error: z.ZodError): FirstIssue {
  return describe(error.issues[0]!, []);
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, parentPath: readonly PropertyKey[]): FirstIssue {
  const path = [...parentPath, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.filter((branch) => branch.length > 0).map((branch) => branch[0]!);
    const deepest = branches.sort((left, right) => right.path.length - left.path.length)[0];
    if (deepest && deepest.path.length > 0) return describe(deepest, path);
  }
  if (issue.code === 'unrecognized_keys') {
    const unknownField = textOf([...path, issue.keys[0] ?? '']);
    return { path: unknownField, message: issue.message, unknownField, isMissing: false };
  }
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined && /undefined/.test(issue.message);
  return { path: textOf(path), message: issue.message, isMissing };
}

function textOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}
