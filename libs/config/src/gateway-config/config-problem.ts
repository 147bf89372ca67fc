/** Steps from the root of a YAML document to a value: mapping keys and list indexes. */
export type ConfigPath = readonly (string | number)[];

/** Something wrong (or, as a warning, noteworthy) in a configuration, at a place a person can go to. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** E.g. `model_list[0].litellm_params.api_base`; empty for the document itself. */
  readonly path: string;
  /** What is wrong and how to fix it. Never contains a secret. */
  readonly message: string;
}

/** `file:line:column path message`, which editors and terminals turn into a link. */
export function formatProblem({ file, line, column, path, message }: ConfigProblem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path} `}${message}`;
}

/** A path as people write it. */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = /^[A-Za-z_][\w-]*$/.test(step) ? step : JSON.stringify(step);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** `; did you mean "x"?`, or nothing when no name is near. */
export function didYouMean(nearest: string | null): string {
  return nearest === null ? '' : `; did you mean "${nearest}"?`;
}
