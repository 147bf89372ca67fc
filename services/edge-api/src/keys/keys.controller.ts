import type { MemberPermission } from '@gateway/domain';
import { GatewayException } from '@gateway/domain';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { actorOf } from '../accounts/actor-of';
import { isAdmin } from '../accounts/may-manage';
import { KeyAuthenticator } from '../auth/key-authenticator';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { changedSettings } from './changed-settings';
import { describeKey } from './describe-key';
import type { MakingPermission } from './grant-to-key';
import { KeyDesk, NOTHING_SAID } from './key-desk';
import { settingsOf } from './key-fields';
import { keyHashOf } from './key-hash-of';
import {
  bulkUpdateBody,
  deleteKeysBody,
  generateKeyBody,
  oneKeyBody,
  parseWith,
  regenerateKeyBody,
  resetSpendBody,
  updateKeyBody,
} from './key-requests';
import { regenerationOf } from './regeneration-of';
import { updateEach } from './update-each';

/** LiteLLM's key calls that change something: paths, fields and status codes as its users know them. */
@Controller('key')
export class KeysController {
  private readonly desk: KeyDesk;

  constructor(
    @Inject(LEDGER_CLIENT) private readonly ledger: LedgerClient,
    @Inject(KeyAuthenticator) private readonly authenticator: KeyAuthenticator,
  ) {
    this.desk = new KeyDesk(ledger, authenticator);
  }

  @Post('generate')
  @HttpCode(200)
  @Access('change-own')
  async generate(@Req() request: FastifyRequest, @Body() body: unknown) {
    return this.make(request, body, '/key/generate');
  }

  /** A key of a team, of no person. */
  @Post('service-account/generate')
  @HttpCode(200)
  @Access('change-own')
  async generateForService(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { team_id: team, user_id: user } = parseWith(generateKeyBody, body);
    if (!team) throw fieldRefused('team_id', 'A key of a service needs a team.');
    if (user) throw fieldRefused('user_id', 'A key of a service belongs to no user.');
    return this.make(request, body, '/key/service-account/generate');
  }

  @Post('update')
  @HttpCode(200)
  @Access('change-own')
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(updateKeyBody, body);
    const by = { actor: actorOf(request), action: 'updated', permission: '/key/update' } as const;
    const change = { settings: changedSettings(wanted), ...by };
    const changed = await this.desk.update(principalOf(request), wanted.key, change);
    return { key: changed.keyHash, ...describeKey(changed) };
  }

  @Post('bulk_update')
  @HttpCode(200)
  @Access('change-own')
  async updateMany(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { keys } = parseWith(bulkUpdateBody, body);
    const by = { principal: principalOf(request), actor: actorOf(request), permission: '/key/bulk_update' } as const;
    return updateEach(this.desk, keys, by);
  }

  @Post('block')
  @HttpCode(200)
  @Access('change-own')
  async block(@Req() request: FastifyRequest, @Body() body: unknown) {
    return this.setBlocked(request, body, true);
  }

  @Post('unblock')
  @HttpCode(200)
  @Access('change-own')
  async unblock(@Req() request: FastifyRequest, @Body() body: unknown) {
    return this.setBlocked(request, body, false);
  }

  @Post('regenerate')
  @HttpCode(200)
  @Access('change-own')
  async regenerate(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { key } = parseWith(regenerateKeyBody, body);
    return this.renew(request, body, { name: key ?? principalOf(request).keyHash, permission: '/key/regenerate' });
  }

  @Post(':key/regenerate')
  @HttpCode(200)
  @Access('change-own')
  async regenerateThis(@Req() request: FastifyRequest, @Body() body: unknown, @Param('key') name: string) {
    return this.renew(request, body, { name, permission: '/key/{key_id}/regenerate' });
  }

  @Post(':key/reset_spend')
  @HttpCode(200)
  @Access('change-own')
  async resetSpend(@Req() request: FastifyRequest, @Body() body: unknown, @Param('key') name: string) {
    parseWith(resetSpendBody, body);
    const key = await this.desk.resetSpend(principalOf(request), name, actorOf(request));
    return { key_hash: key.keyHash, ...describeKey(key) };
  }

  @Post('delete')
  @HttpCode(200)
  @Access('change-own')
  async delete(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(deleteKeysBody, body);
    const principal = principalOf(request);
    let keyHashes = (wanted.keys ?? []).map(keyHashOf);
    let keyAliases = wanted.key_aliases ?? [];
    if (!isAdmin(principal)) {
      keyHashes = await this.desk.ownAmong(principal, { keyHashes, keyAliases });
      keyAliases = [];
    }
    const { deleted } = await this.ledger.accounts.deleteKeys({ keyHashes, keyAliases, actor: actorOf(request) });
    if (deleted.length === 0) {
      throw new GatewayException({ code: 'not_found', message: 'None of these keys exists.', param: 'keys' });
    }
    const hashes = deleted.map((key) => key.keyHash);
    this.authenticator.forget(hashes);
    return { deleted_keys: hashes };
  }

  private async make(request: FastifyRequest, body: unknown, permission: MakingPermission) {
    const wanted = parseWith(generateKeyBody, body);
    const ofNobody = permission === '/key/service-account/generate' && { userId: '' };
    const asked = { ...settingsOf(wanted), ...ofNobody };
    const settings = await this.desk.settingsToMake(principalOf(request), asked, permission);
    const made = await this.ledger.accounts.generateKey({ key: wanted.key ?? '', settings, actor: actorOf(request) });
    if (!made.info) throw new GatewayException({ code: 'internal_error', message: 'The ledger made no key.' });
    this.authenticator.forget([made.info.keyHash]);
    return { key: made.key, ...describeKey(made.info) };
  }

  private async renew(request: FastifyRequest, body: unknown, { name, permission }: Renewal) {
    const principal = principalOf(request);
    const wanted = regenerationOf(parseWith(regenerateKeyBody, body), principal);
    const { keyHash } = await this.desk.findToRenew(principal, name, permission);
    const made = await this.ledger.keys.regenerateKey({ ...wanted, keyHash, actor: actorOf(request) });
    if (!made.info) throw new GatewayException({ code: 'internal_error', message: 'The ledger made no key.' });
    // The news over NATS names the former secrets as well.
    this.authenticator.forget([made.info.keyHash, keyHashOf(made.key)]);
    return { key: made.key, ...describeKey(made.info) };
  }

  private async setBlocked(request: FastifyRequest, body: unknown, blocked: boolean) {
    const { key } = parseWith(oneKeyBody, body);
    const by = blocked ? BLOCKING : UNBLOCKING;
    const change = { settings: { ...NOTHING_SAID, blocked }, actor: actorOf(request), ...by };
    return describeKey(await this.desk.update(principalOf(request), key, change));
  }
}

interface Renewal {
  /** The key or its hash. */
  readonly name: string;
  readonly permission: MemberPermission;
}

const BLOCKING = { action: 'blocked', permission: '/key/block' } as const;
const UNBLOCKING = { action: 'unblocked', permission: '/key/unblock' } as const;

function fieldRefused(param: string, message: string): GatewayException {
  return new GatewayException({ code: 'invalid_request', message, param });
}
