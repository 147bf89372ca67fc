import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { actorOf } from '../accounts/actor-of';
import { TeamDesk } from '../accounts/teams/team-desk';
import { KeyAuthenticator } from '../auth/key-authenticator';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { KeyDesk } from './key-desk';
import { keyHashOf } from './key-hash-of';
import { parseWith, teamKeysBody } from './key-requests';
import { EVERY_KEY } from './list-keys';
import { visibleKeys } from './own-keys';
import { shownName, updateEach } from './update-each';

const PAGE = 500;

/** LiteLLM's change of many keys of one team. */
@Controller('team/key')
export class TeamKeysController {
  private readonly desk: KeyDesk;

  constructor(
    @Inject(LEDGER_CLIENT) private readonly ledger: LedgerClient,
    @Inject(KeyAuthenticator) authenticator: KeyAuthenticator,
    @Inject(TeamDesk) private readonly teams: TeamDesk,
  ) {
    this.desk = new KeyDesk(ledger, authenticator);
  }

  /** One after the other, each as `/key/update` would; keys that are not the team's fail. */
  @Post('bulk_update')
  @HttpCode(200)
  @Access('change-own')
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { team_id: teamId, key_ids: named, update_fields: fields } = parseWith(teamKeysBody, body);
    const principal = principalOf(request);
    await this.teams.see(principal, teamId);
    const caller = await this.desk.callerOf(principal);
    const asked = named ? [...new Set(named.map(keyHashOf))] : [];
    const visible = visibleKeys(caller, '/team/key/bulk_update');
    const keys = named ? await this.named(asked, teamId) : await this.all(teamId, visible);
    const there = new Set(keys);
    const strange = (named ?? []).filter((name) => !there.has(keyHashOf(name)));
    const by = { principal, actor: actorOf(request), permission: '/team/key/bulk_update' } as const;
    const wanted = keys.map((key) => ({ ...fields, key }));
    const { successful_updates, failed_updates } = await updateEach(this.desk, wanted, by);
    const failed = strange.map((name) => ({ key: shownName(name), failed_reason: 'The team has no such key.' }));
    return {
      total_requested: keys.length + strange.length,
      successful_updates,
      failed_updates: [...failed_updates, ...failed],
    };
  }

  private async named(hashes: readonly string[], teamId: string): Promise<readonly string[]> {
    const { keys } = await this.ledger.keys.findKeys({ hashes: [...hashes], keyAliases: [] });
    return keys.filter((key) => key.teamId === teamId).map((key) => key.keyHash);
  }

  /** In the order in which they were made, so that changes do not move them to another page. */
  private async all(teamId: string, visible: ReturnType<typeof visibleKeys>): Promise<readonly string[]> {
    const hashes: string[] = [];
    for (let page = 1; ; page += 1) {
      const asked = { ...EVERY_KEY, ...visible, page, size: PAGE, teamId, sortBy: 'created_at', ascending: true };
      const { keys, total } = await this.ledger.keys.listKeys(asked);
      hashes.push(...keys.map((key) => key.keyHash));
      if (keys.length === 0 || hashes.length >= total) return hashes;
    }
  }
}
