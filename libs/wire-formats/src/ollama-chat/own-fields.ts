import { isRecord } from '@gateway/domain';

/** Settings of `/api/chat` beside the conversation (Ollama's API reference). */
const TOP_LEVEL: ReadonlySet<string> = new Set(['keep_alive', 'think', 'format', 'truncate', 'shift']);

/** Members of `options`: the parameters of a Modelfile and of the runner (Ollama's `api.Options`). */
const OPTIONS: ReadonlySet<string> = new Set([
  ...['num_keep', 'num_predict', 'seed', 'top_k', 'top_p', 'min_p', 'typical_p', 'tfs_z', 'temperature', 'stop'],
  ...['repeat_last_n', 'repeat_penalty', 'presence_penalty', 'frequency_penalty', 'penalize_newline'],
  ...['mirostat', 'mirostat_tau', 'mirostat_eta'],
  ...['num_ctx', 'num_batch', 'num_gpu', 'main_gpu', 'num_thread', 'numa', 'low_vram', 'vocab_only'],
  ...['use_mmap', 'use_mlock', 'f16_kv', 'draft_num_predict'],
]);

/** Ollama's own settings, found among fields of another wire, and what is none. */
export interface OwnFields {
  readonly topLevel: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly others: readonly string[];
}

/**
 * Ollama ignores what it does not know and where it does not look, so its settings, which clients of other wires and
 * configurations write beside everything else (`num_ctx`), are put where it reads them.
 */
export function sortOwnFields(fields: Readonly<Record<string, unknown>>): OwnFields {
  const topLevel: Record<string, unknown> = {};
  const options: Record<string, unknown> = {};
  const others: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    if (TOP_LEVEL.has(name)) topLevel[name] = value;
    else if (name === 'options' && isRecord(value)) Object.assign(options, value);
    else if (OPTIONS.has(name)) options[name] = value;
    else if (value !== false) others.push(name);
  }
  return { topLevel, options, others };
}

/** Configured fields that mean nothing on OpenAI's wire, where this wire has them; unknown ones stay at the top. */
export function placeConfiguredFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { topLevel, options, others } = sortOwnFields(fields);
  return {
    ...Object.fromEntries(others.map((name) => [name, fields[name]])),
    ...topLevel,
    ...(Object.keys(options).length > 0 && { options }),
  };
}
