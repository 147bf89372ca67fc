import type { VirtualKey } from '@gateway/contracts';
import { GatewayException, MASTER_KEY_HASH } from '@gateway/domain';
import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { KeyAuthenticator } from '../auth/key-authenticator';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { describeKey, rotationDueAt, toIso } from './describe-key';
import { KeyDesk } from './key-desk';
import { keyAliasesQuery, keyInfosBody, listKeysQuery, parseWith } from './key-requests';
import { EVERY_KEY } from './list-keys';
import { visibleKeys } from './own-keys';

/** LiteLLM's key calls that change nothing. Whoever is no administrator sees its own keys only. */
@Controller()
export class KeyReadsController {
  private readonly desk: KeyDesk;

  constructor(
    @Inject(LEDGER_CLIENT) private readonly ledger: LedgerClient,
    @Inject(KeyAuthenticator) authenticator: KeyAuthenticator,
  ) {
    this.desk = new KeyDesk(ledger, authenticator);
  }

  /** Without `key`, the caller's own. */
  @Get('key/info')
  @Access('read-own')
  async info(@Req() request: FastifyRequest, @Query('key') asked?: string) {
    const principal = principalOf(request);
    if (!asked && principal.keyHash === MASTER_KEY_HASH) throw new GatewayException(NAME_ONE);
    const key = await this.desk.findOne(principal, asked || principal.keyHash);
    return { key: key.keyHash, info: describeKey(key) };
  }

  @Post('v2/key/info')
  @HttpCode(200)
  @Access('read-own')
  async infos(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { keys = [] } = parseWith(keyInfosBody, body);
    return { key: keys.map(shown), info: (await this.desk.find(principalOf(request), keys)).map(describeKey) };
  }

  @Get('key/list')
  @Access('read-own')
  async list(@Req() request: FastifyRequest, @Query() query: unknown) {
    const wanted = parseWith(listKeysQuery, query);
    const { keys, total } = await this.ledger.keys.listKeys({
      ...EVERY_KEY,
      ...visibleKeys(await this.desk.callerOf(principalOf(request)), '/key/list'),
      page: wanted.page,
      size: wanted.size,
      userId: wanted.user_id ?? '',
      teamId: wanted.team_id ?? '',
      keyHash: wanted.key_hash ?? '',
      keyAlias: wanted.key_alias ?? '',
      accessGroupId: wanted.access_group_id ?? '',
      substringMatching: wanted.substring_matching,
      revoked: wanted.status === 'deleted',
      sortBy: wanted.sort_by ?? '',
      ascending: wanted.sort_order === 'asc',
    });
    return {
      keys: wanted.return_full_object ? keys.map(describeKey) : keys.map((key) => key.keyHash),
      total_count: total,
      current_page: wanted.page,
      total_pages: Math.ceil(total / wanted.size),
    };
  }

  @Get('key/aliases')
  @Access('read-own')
  async aliases(@Req() request: FastifyRequest, @Query() query: unknown) {
    const { page, size, search, team_id: teamId } = parseWith(keyAliasesQuery, query);
    const { keys, total } = await this.ledger.keys.listKeys({
      ...EVERY_KEY,
      ...visibleKeys(await this.desk.callerOf(principalOf(request)), '/key/aliases'),
      page,
      size,
      teamId: teamId ?? '',
      keyAlias: search ?? '',
      substringMatching: true,
      sortBy: 'key_alias',
      ascending: true,
    });
    const aliases = keys.map((key) => key.keyAlias).filter((alias) => alias !== '');
    return { aliases, total_count: total, current_page: page, total_pages: Math.ceil(total / size), size };
  }

  /** Whoever gets here has a key that is taken. */
  @Post('key/health')
  @HttpCode(200)
  @Access('read-own')
  health() {
    return { key: 'healthy', logging_callbacks: null };
  }

  /** Keys with `auto_rotate` whose secret is older than their `rotation_interval`, the longest overdue first. */
  @Get('v1/gateway/keys/due')
  @Access('viewer')
  async due() {
    const { keys } = await this.ledger.keys.listKeys({ ...EVERY_KEY, size: 1_000, autoRotateOnly: true });
    const now = Date.now();
    const due = keys
      .map((key) => ({ key, dueAtUnixMs: rotationDueAt(key) ?? Number.POSITIVE_INFINITY }))
      .filter(({ dueAtUnixMs }) => dueAtUnixMs <= now)
      .sort((one, other) => one.dueAtUnixMs - other.dueAtUnixMs);
    return { keys: due.map(({ key, dueAtUnixMs }) => describeDue(key, dueAtUnixMs)) };
  }
}

function describeDue(key: VirtualKey, dueAtUnixMs: number) {
  const { token, key_name, key_alias, user_id, team_id, rotation_interval, last_rotation_at } = describeKey(key);
  const due_at = toIso(dueAtUnixMs);
  return { token, key_name, key_alias, user_id, team_id, rotation_interval, last_rotation_at, due_at };
}

/** A key itself is in no answer but the one that made it. */
function shown(name: string): string {
  return name.startsWith('sk-') ? `sk-...${name.slice(-4)}` : name;
}

const NAME_ONE = {
  code: 'invalid_request',
  message: "Give the key to look up as '?key=sk-…'.",
  param: 'key',
} as const;
