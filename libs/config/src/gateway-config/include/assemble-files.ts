import type { ConfigProblem } from '../config-problem';
import { isMapping, type Mapping } from '../set-aside-unbuilt';
import { type StoredModelEntry, StoredModelSource } from '../stored-models';
import { type ReadYaml, readYaml, type YamlSource } from '../yaml-source';
import { type IncludedFiles, includePathsOf, MOST_INCLUDED_FILES, resolveInclude } from './included-files';
import { MergedYaml } from './merged-yaml';

/** Files that include one another, from the first to the last. */
const DEEPEST = 5;

export interface FurtherParts {
  readonly included: IncludedFiles;
  /** What does not stand in files; comes after all of them. */
  readonly storedModels: readonly StoredModelEntry[];
}

/**
 * Parses a file with all it includes into one. Lists are appended in the order of the files, stored models last; of a setting that
 * several files have, the last one counts, and the including file comes first.
 */
export function readWholeConfiguration(
  text: string,
  fileName: string,
  { included, storedModels }: FurtherParts,
): ReadYaml {
  const first = readYaml(text, fileName);
  if (!first.ok || !isMapping(first.source.value)) return first;
  if (first.source.value.include === undefined && storedModels.length === 0) return first;
  const assembly = new Assembly(included);
  assembly.add(first.source, [fileName]);
  if (assembly.problems.length > 0) return { ok: false, problems: assembly.problems };
  const files = new MergedYaml(assembly.parts);
  // What is no list must be refused as what it is, not be replaced by a good one.
  const takesModels = files.value.model_list === undefined || Array.isArray(files.value.model_list);
  if (storedModels.length === 0 || !takesModels) return { ok: true, source: files };
  const stored = new StoredModelSource(storedModels);
  return { ok: true, source: new MergedYaml([...assembly.parts, { source: stored, value: stored.value }]) };
}

class Assembly {
  readonly parts: { readonly source: YamlSource; readonly value: Mapping }[] = [];
  readonly problems: ConfigProblem[] = [];
  private readonly names = new Set<string>();

  constructor(private readonly included: IncludedFiles) {}

  /** `trail`: the names of the files that led here, this one last. */
  add(source: YamlSource, trail: readonly string[]): void {
    if (!isMapping(source.value)) {
      this.problems.push(source.problemAt([], 'must be a mapping: it is included in a configuration'));
      return;
    }
    const { include: _, ...value } = source.value;
    this.parts.push({ source, value });
    const paths = includePathsOf(source.value);
    if (paths === null) this.problems.push(source.problemAt(['include'], 'must be a list of files'));
    paths?.forEach((path, index) => {
      const reason = this.addFile(path, trail);
      if (reason !== null) this.problems.push(source.problemAt(['include', index], reason));
    });
  }

  /** What is wrong with the place that includes it; faults inside it are told of there. */
  private addFile(path: string, trail: readonly string[]): string | null {
    const name = resolveInclude(trail.at(-1) ?? '', path);
    if (trail.includes(name)) return `names ${name}, which includes this file: ${[...trail, name].join(' → ')}`;
    if (this.names.has(name)) return `names ${name}, which is included already`;
    if (trail.length > DEEPEST) return `goes deeper than ${DEEPEST} files: ${[...trail, name].join(' → ')}`;
    this.names.add(name);
    const file = Object.hasOwn(this.included, name) ? this.included[name] : undefined;
    if (file === undefined) return `names ${name}, which was not read (at most ${MOST_INCLUDED_FILES} files are)`;
    if (file.kind === 'unreadable') return `names ${name}, which ${file.reason}`;
    const yaml = readYaml(file.text, name);
    if (yaml.ok) this.add(yaml.source, [...trail, name]);
    else this.problems.push(...yaml.problems);
    return null;
  }
}
