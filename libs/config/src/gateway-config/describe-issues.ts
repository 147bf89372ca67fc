import { nearestName, ownEntry } from '@gateway/domain';
import type { z } from 'zod';
import { referencedVariable } from '../secrets/environment-reference';
import { type ConfigPath, type ConfigProblem, didYouMean } from './config-problem';
import { CREDENTIAL_NAMES, isSecretCredential } from './credential-names';
import { keysAt } from './keys-at';
import { isMapping } from './set-aside-unbuilt';
import type { YamlSource } from './yaml-source';

type Issue = z.core.$ZodIssue;

/** What was checked, and where it stands. */
export interface Checked {
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** The same before references were resolved, where they were: what a variable holds is nobody's to read. */
  readonly written?: unknown;
  /** Of the value in the file. */
  readonly at: ConfigPath;
  readonly source: YamlSource;
  /** Further keys that are known at a place, and have no effect. */
  readonly unbuiltAt: (path: ConfigPath) => readonly string[];
  /** Whether what stands there may be repeated. */
  readonly showsValues: boolean;
}

/** Says what the schema found, in sentences, each at its place in the file. */
export function describeIssues(issues: readonly Issue[], checked: Checked): ConfigProblem[] {
  const { source, at } = checked;
  return issues.flatMap(innermost).flatMap((issue) => {
    const inside = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
    const path = [...at, ...inside];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => source.problemAtKey([...path, name], unknownKey(name, inside, checked)));
    }
    const value = valueAt(checked.value, inside);
    if (value === undefined) return [source.problemAtKey(path, `is missing: it must be ${issue.message}`)];
    const written = valueAt(checked.written, inside);
    const reference = typeof written === 'string' && referencedVariable(written) !== null ? written : null;
    const instead = reference === null ? shown(path, value, checked) : `, not what ${reference} holds`;
    return [source.problemAt(path, `must be ${issue.message}${instead}`)];
  });
}

/** Of a value that may be one of several: what is wrong inside the one it was meant to be, if that is clear. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = branchesOf(issue).filter(
    (branch) => branch.length > 0 && branch.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  if (meant.length !== 1) return [issue];
  const inner = (meant[0] ?? []).flatMap((one) => innermost({ ...one, path: [...issue.path, ...one.path] } as Issue));
  // A part without words of its own is told of in those of the whole.
  return inner.some(({ code, message }) => code !== 'unrecognized_keys' && /^Invalid/.test(message)) ? [issue] : inner;
}

/** What each form would say; a form that is a choice itself is all of its forms. */
function branchesOf(issue: z.core.$ZodIssueInvalidUnion): Issue[][] {
  return issue.errors.flatMap((branch) => {
    const [only] = branch;
    const isChoice = branch.length === 1 && only?.code === 'invalid_union' && only.path.length === 0;
    return isChoice ? branchesOf(only) : [branch];
  });
}

/** The sentence for a key that means nothing at this place. */
function unknownKey(name: string, parent: ConfigPath, { schema, unbuiltAt, at }: Checked): string {
  const known = keysAt(schema, parent);
  const nearest = nearestName(name, [...known, ...unbuiltAt([...at, ...parent])]);
  const list = nearest === null && known.length > 0 ? `; known here: ${[...known].sort().join(', ')}` : '';
  return `is not a key that is known here${didYouMean(nearest)}${list}`;
}

function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isMapping(value) ? ownEntry(value, String(step)) : undefined;
  }, root);
}

const HIDDEN = new Set([
  'api_key',
  'master_key',
  'extra_headers',
  'environment_variables',
  'credential_values',
  'secret',
  'access_key_id',
  'secret_access_key',
  'session_token',
  'public_key',
  'secret_key',
  ...Object.keys(CREDENTIAL_NAMES).filter(isSecretCredential),
]);

function shown(path: ConfigPath, value: unknown, { showsValues }: Checked): string {
  if (path.some((step) => HIDDEN.has(String(step)))) return '';
  if (Array.isArray(value)) return ', not a list';
  if (isMapping(value)) return ', not a mapping';
  if (value === null) return ', not empty';
  if (!showsValues) return '';
  const text = JSON.stringify(value) ?? String(value);
  return `, not ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}
