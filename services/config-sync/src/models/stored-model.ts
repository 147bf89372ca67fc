import type { StoredModelEntry } from '@gateway/config';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a stored model says, in clear. */
export interface ModelContent {
  readonly id: string;
  readonly name: string;
  /** `litellm_params`, secrets among them. */
  readonly params: JsonObject;
  /** `model_info`, without the id. */
  readonly info: JsonObject;
}

export interface StoredModel extends Omit<ModelContent, 'params'> {
  /** Null when no key at hand opens them. */
  readonly params: JsonObject | null;
  readonly createdAtUnixMs: number;
  readonly createdBy: string;
  readonly updatedAtUnixMs: number;
  readonly updatedBy: string;
}

/** As the entries of `model_list` that they are; one whose parameters do not open is none. */
export function entriesOf(models: readonly StoredModel[]): readonly StoredModelEntry[] {
  return models.flatMap(({ id, name, params, info }): StoredModelEntry[] =>
    params === null
      ? []
      : [{ id, entry: { model_name: name, litellm_params: params, model_info: { ...info, id, db_model: true } } }],
  );
}
