import { showParams } from '@gateway/config';
import type { Actor } from '@gateway/contracts';
import type { DatabaseSession } from '@gateway/storage';
import { logChange } from '../audit/log-change';
import type { StoredModel } from './stored-model';

/** What is told of a model is what is shown of it anywhere, and which parameters were changed. */
export async function logModel(
  session: DatabaseSession,
  actor: Actor | undefined,
  { before, after }: { readonly before: StoredModel | null; readonly after: StoredModel | null },
): Promise<void> {
  const names = new Set([...Object.keys(before?.params ?? {}), ...Object.keys(after?.params ?? {})]);
  const changed = [...names].filter((name) => !isSame(before?.params?.[name], after?.params?.[name])).sort();
  await logChange(session, {
    actor,
    table: 'stored_model',
    objectId: (after ?? before)?.id ?? '',
    before: before && told(before, {}),
    after: after && told(after, { changed_params: changed }),
  });
}

function told({ name, params, info }: StoredModel, more: object): string {
  return JSON.stringify({ model_name: name, litellm_params: showParams(params ?? {}), model_info: info, ...more });
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
