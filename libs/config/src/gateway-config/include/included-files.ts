import { isMapping } from '../set-aside-unbuilt';
import { readYaml } from '../yaml-source';

/** What was found where a file of the configuration should be. */
export type IncludedFile =
  | { readonly kind: 'text'; readonly text: string }
  /** `reason` in words for people, such as "does not exist". */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** By the name that `resolveInclude` gives. */
export type IncludedFiles = Readonly<Record<string, IncludedFile>>;

/** Files of one configuration, at most. */
export const MOST_INCLUDED_FILES = 100;

/** `base` includes `path`: the name to read it by. Relative paths begin where the including file is, also in a bucket. */
export function resolveInclude(base: string, path: string): string {
  if (path.startsWith('/') || /^[a-z0-9]+:\/\//i.test(path)) return path;
  const [, root = '', folders = ''] = /^([a-z0-9]+:\/\/[^/]*\/|\/)?(.*?)[^/]*$/is.exec(base) ?? [];
  const steps: string[] = [];
  for (const step of `${folders}${path}`.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '..' || root === '') steps.push(step);
  }
  return `${root}${steps.join('/')}`;
}

/** The paths in `include`, as written; null when it is no list of texts (or one text). */
export function includePathsOf(value: unknown): readonly string[] | null {
  const include = isMapping(value) ? (value.include ?? []) : [];
  const paths: unknown[] = Array.isArray(include) ? include : [include];
  return paths.every((path): path is string => typeof path === 'string' && path !== '') ? paths : null;
}

/** Reads every file that a configuration includes, and those that these include. Faults in them are found when it is parsed. */
export async function gatherIncludes(
  text: string,
  fileName: string,
  readIncluded: (path: string) => Promise<IncludedFile>,
): Promise<IncludedFiles> {
  const found: Record<string, IncludedFile> = {};
  const waiting = namesIn(text, fileName);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (Object.hasOwn(found, name) || name === fileName) continue;
    if (Object.keys(found).length >= MOST_INCLUDED_FILES) break;
    const file = await readIncluded(name);
    found[name] = file;
    if (file.kind === 'text') waiting.push(...namesIn(file.text, name));
  }
  return found;
}

function namesIn(text: string, fileName: string): string[] {
  if (!text.includes('include')) return [];
  const yaml = readYaml(text, fileName);
  if (!yaml.ok) return [];
  return (includePathsOf(yaml.source.value) ?? []).map((path) => resolveInclude(fileName, path));
}
