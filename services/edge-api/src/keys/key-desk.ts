import type { Actor, KeySettings, VirtualKey } from '@gateway/contracts';
import type { MemberPermission } from '@gateway/domain';
import { type GatewayError, GatewayException, type Principal } from '@gateway/domain';
import { isAdmin, seesAll } from '../accounts/may-manage';
import { teamsOfCaller } from '../accounts/teams/teams-of-caller';
import type { KeyAuthenticator } from '../auth/key-authenticator';
import type { LedgerClient } from '../ledger-client';
import { asOwnKey, checkOwnChange, type MakingPermission, refuseMore } from './grant-to-key';
import { keyHashOf } from './key-hash-of';
import { type KeyCaller, mayChange, maySee } from './own-keys';
import { refuseStranger } from './refuse-stranger';

/** A change, by whom, and by which of LiteLLM's routes: teams let their members call some of them. */
export interface KeyChange {
  readonly settings: KeySettings;
  readonly actor: Actor;
  readonly action: string;
  readonly permission: MemberPermission;
}

/** Finds keys for whoever may see or change them, and changes them. */
export class KeyDesk {
  constructor(
    private readonly ledger: Pick<LedgerClient, 'accounts' | 'directory' | 'keys' | 'members'>,
    private readonly authenticator: Pick<KeyAuthenticator, 'forget'>,
  ) {}

  async callerOf(principal: Principal): Promise<KeyCaller> {
    return { principal, ...(await teamsOfCaller(this.ledger, principal)) };
  }

  /** By keys or hashes; those that there are and that this caller may see. */
  async find(principal: Principal, names: readonly string[]): Promise<VirtualKey[]> {
    const caller = await this.callerOf(principal);
    const { keys } = await this.ledger.keys.findKeys({ hashes: names.map(keyHashOf), keyAliases: [] });
    return keys.filter((key) => maySee(caller, key));
  }

  /** @throws GatewayException when there is no such key, or when it is not the caller's: who is no administrator learns not which. */
  async findOne(principal: Principal, name: string): Promise<VirtualKey> {
    const [key] = await this.find(principal, [name]);
    if (!key) throw new GatewayException(seesAll(principal) ? NO_SUCH_KEY : NOT_YOURS);
    return key;
  }

  /** The key that is to get a new secret. @throws GatewayException as `findOne`, and when the new one could do more than the caller. */
  async findToRenew(principal: Principal, name: string, permission: MemberPermission): Promise<VirtualKey> {
    const [caller, key] = await this.foundFor(principal, name, permission);
    if (isAdmin(principal) || key.keyHash === principal.keyHash) return key;
    const { models, settings } = key;
    refuseMore(caller, await this.own(principal), { models, allowedRoutes: settings?.allowedRoutes?.values ?? [] });
    return key;
  }

  /** What a key that is made is to be, as far as its maker may say so. @throws GatewayException */
  async settingsToMake(principal: Principal, wanted: KeySettings, permission: MakingPermission): Promise<KeySettings> {
    if (isAdmin(principal)) return wanted;
    const [caller, own] = await Promise.all([this.callerOf(principal), this.own(principal)]);
    const settings = asOwnKey(caller, { own, wanted, permission });
    await refuseStranger(this.ledger, principal, settings);
    return settings;
  }

  /** The ids of those among these keys that the caller may revoke. @throws GatewayException when there is none */
  async ownAmong(
    principal: Principal,
    names: { readonly keyHashes: string[]; readonly keyAliases: string[] },
  ): Promise<string[]> {
    const caller = await this.callerOf(principal);
    const { keys } = await this.ledger.keys.findKeys({ hashes: names.keyHashes, keyAliases: names.keyAliases });
    const own = keys.filter((key) => mayChange(caller, key, '/key/delete')).map((key) => key.keyHash);
    if (own.length === 0) throw new GatewayException(NOT_YOURS);
    return own;
  }

  /** @throws GatewayException when the key is not the caller's to change so */
  async update(principal: Principal, name: string, { settings, permission, ...by }: KeyChange): Promise<VirtualKey> {
    const wanted = { settings, permission };
    const keyHash = isAdmin(principal) ? keyHashOf(name) : await this.checkChange(principal, name, wanted);
    const changed = await this.ledger.keys.updateKey({ keyHash, settings, ...by });
    this.authenticator.forget([changed.keyHash]);
    return changed;
  }

  async resetSpend(principal: Principal, name: string, actor: Actor): Promise<VirtualKey> {
    const wanted = { settings: NOTHING_SAID, permission: '/key/{key_id}/reset_spend' } as const;
    const keyHash = isAdmin(principal) ? keyHashOf(name) : await this.checkChange(principal, name, wanted);
    const key = await this.ledger.keys.resetKeySpend({ keyHash, actor });
    this.authenticator.forget([key.keyHash]);
    return key;
  }

  private async checkChange(
    principal: Principal,
    name: string,
    { settings, permission }: Pick<KeyChange, 'settings' | 'permission'>,
  ): Promise<string> {
    const [caller, key] = await this.foundFor(principal, name, permission);
    checkOwnChange(caller, await this.own(principal), { key, settings });
    if (settings.userId !== undefined && settings.userId !== key.userId) {
      await refuseStranger(this.ledger, principal, { userId: settings.userId, teamId: key.teamId });
    }
    return key.keyHash;
  }

  private async foundFor(
    principal: Principal,
    name: string,
    permission: MemberPermission,
  ): Promise<[KeyCaller, VirtualKey]> {
    const [caller, { keys }] = await Promise.all([
      this.callerOf(principal),
      this.ledger.keys.findKeys({ hashes: [keyHashOf(name)], keyAliases: [] }),
    ]);
    const [key] = keys;
    if (!key && seesAll(principal)) throw new GatewayException(NO_SUCH_KEY);
    if (!key || !mayChange(caller, key, permission)) throw new GatewayException(NOT_YOURS);
    return [caller, key];
  }

  private own({ keyHash }: Principal): Promise<VirtualKey> {
    return this.ledger.accounts.getKey({ keyHash, isId: true });
  }
}

/** A change of a key that changes none of its settings. */
export const NOTHING_SAID: KeySettings = {
  models: undefined,
  allowedRoutes: undefined,
  tags: undefined,
  accessGroupIds: undefined,
};

const NO_SUCH_KEY: GatewayError = { code: 'not_found', message: 'There is no such key.', param: 'key' };
const NOT_YOURS: GatewayError = {
  code: 'permission_denied',
  message:
    'A key may only see and change itself, the other keys of its user, those of teams that its user administers, and what its team lets members.',
  param: 'key',
};
