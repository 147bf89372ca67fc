import { type ConfigPath, type ConfigProblem, formatPath } from './config-problem';
import type { DeploymentDraft } from './gateway-config';
import type { Mapping } from './set-aside-unbuilt';
import type { YamlSource } from './yaml-source';

/** An entry of `model_list` that does not stand in a file. */
export interface StoredModelEntry {
  /** What it is kept under; its `model_info.id` says the same. */
  readonly id: string;
  readonly entry: Mapping;
}

/** Stored models as the last part of a configuration. Places in it are the model's id and the path within its entry. */
export class StoredModelSource implements YamlSource {
  readonly value: Mapping;

  constructor(private readonly models: readonly StoredModelEntry[]) {
    this.value = { model_list: models.map(({ entry }) => entry) };
  }

  problemAt([, index, ...path]: ConfigPath, message: string): ConfigProblem {
    const id = this.models[Number(index)]?.id;
    return { file: storedModelName(id ?? ''), line: 1, column: 1, path: formatPath(path), message };
  }

  problemAtKey(path: ConfigPath, message: string): ConfigProblem {
    return this.problemAt(path, message);
  }
}

/** What stands for a file's name in what is said about a stored model. */
export function storedModelName(id: string): string {
  return `stored model ${id}`;
}

/** Says of each deployment whether it is a stored one. */
export function markStored(
  drafts: readonly DeploymentDraft[],
  stored: readonly StoredModelEntry[],
): readonly DeploymentDraft[] {
  if (stored.length === 0) return drafts;
  const ids = new Set(stored.map(({ id }) => id));
  return drafts.map((draft) =>
    ids.has(draft.deployment.id) ? { ...draft, deployment: { ...draft.deployment, isStored: true } } : draft,
  );
}
