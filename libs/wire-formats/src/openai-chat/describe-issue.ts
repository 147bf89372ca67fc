import type { GatewayError } from '@gateway/domain';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A schema's first complaint as a client error that names the field and what is allowed there. */
export function errorFromIssue(issue: Issue): GatewayError {
  const { path, problem } = describe(issue, []);
  const param = formatPath(path);
  if (param === '') return { code: 'invalid_request', message: `The request body ${problem}.` };
  return { code: 'invalid_request', message: `${param}: ${problem}.`, param };
}

/** `messages[0].content[2].type` */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text;
}

function describe(issue: Issue, parent: Path): { path: Path; problem: string } {
  const path = [...parent, ...issue.path];
  if (issue.code !== 'invalid_union') return { path, problem: problemOf(issue) };
  if (issue.errors.length === 0) return { path, problem: allowedOptions(issue) };
  const branches = issue.errors.map((errors) => errors[0]).filter((first) => first !== undefined);
  // A branch that got past the value itself is the form the client meant; its complaint is the useful one.
  const meant = branches.find((first) => first.path.length > 0);
  if (meant) return describe(meant, path);
  return { path, problem: [...new Set(branches.map(problemOf))].join(', or ') };
}

function problemOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'too_small':
      return `must ${verb(issue.origin)} at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `must ${verb(issue.origin)} at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
    case 'invalid_union':
      return allowedOptions(issue);
    default:
      return 'has a value that is not allowed';
  }
}

function allowedOptions(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const options = 'options' in issue && Array.isArray(issue.options) ? (issue.options as unknown[]) : [];
  return options.length > 0 ? `must be ${oneOf(options)}` : 'has none of the allowed forms';
}

function oneOf(values: readonly unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length === 1 ? quoted[0]! : `one of ${quoted.join(', ')}`;
}

const NAMES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'an array',
  int: 'an integer',
  record: 'an object',
  FormFile: 'a file, which has a filename in a form',
};

function article(expected: string): string {
  return NAMES[expected] ?? `a ${expected}`;
}

function verb(origin: string): string {
  return origin === 'array' || origin === 'string' ? 'have' : 'be';
}

function unit(origin: string, count: number | bigint): string {
  const plural = Number(count) === 1 ? '' : 's';
  if (origin === 'array') return ` element${plural}`;
  return origin === 'string' ? ` character${plural}` : '';
}
