import type { Actor } from '@gateway/contracts';
import type { MemberPermission, Principal } from '@gateway/domain';
import { changedSettings } from './changed-settings';
import { describeKey } from './describe-key';
import type { KeyDesk } from './key-desk';
import { parseWith, updateKeyBody } from './key-requests';
import { reasonOf } from './reason-of';

type Wanted = Readonly<Record<string, unknown>> & { readonly key: string };

interface UpdatedBy {
  readonly principal: Principal;
  readonly actor: Actor;
  readonly permission: MemberPermission;
}

/** One after the other, each as `/key/update` would: one that fails keeps no other from its change. */
export async function updateEach(desk: KeyDesk, keys: readonly Wanted[], { principal, actor, permission }: UpdatedBy) {
  const successful: { key: string; key_info: ReturnType<typeof describeKey> }[] = [];
  const failed: { key: string; failed_reason: string }[] = [];
  for (const wanted of keys) {
    try {
      const body = parseWith(updateKeyBody, wanted);
      const changed = await desk.update(principal, body.key, {
        settings: changedSettings(body),
        actor,
        action: 'updated',
        permission,
      });
      successful.push({ key: changed.keyHash, key_info: describeKey(changed) });
    } catch (error) {
      failed.push({ key: shownName(wanted.key), failed_reason: reasonOf(error) });
    }
  }
  return { total_requested: keys.length, successful_updates: successful, failed_updates: failed };
}

/** Hashes are names; a key itself is in no answer. */
export function shownName(name: string): string {
  return name.startsWith('sk-') ? `sk-...${name.slice(-4)}` : name;
}
