import type { Actor, Entry } from '@gateway/contracts';
import type { SpendRules } from '@gateway/domain';
import { isGrpcFault } from '@gateway/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { LEDGER_CLIENT, type LedgerClient } from '../ledger-client';
import { EVERY_ENTRY } from './every-entry';

export type EntryKind = 'team' | 'user' | 'customer' | 'budget' | 'access_group';

/** What a change of an entry may say; the rest stays. */
export interface EntryChange {
  readonly alias?: string;
  readonly models?: readonly string[];
  readonly blocked?: boolean;
  readonly budgetId?: string;
  readonly rules?: SpendRules;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface EntryName {
  readonly kind: EntryKind;
  /** Empty to have one made. */
  readonly id: string;
}

/** Somebody else's change came first this often: then the caller is told. */
const MOST_TRIES = 5;

/** The ledger's directory as the routes of accounts use it. */
@Injectable()
export class AccountDesk {
  constructor(@Inject(LEDGER_CLIENT) readonly ledger: LedgerClient) {}

  /** Null when there is none. */
  async find(kind: EntryKind, id: string): Promise<Entry | null> {
    try {
      return await this.ledger.directory.getEntry({ kind, id });
    } catch (error) {
      if (isGrpcFault(error) && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  /** Of everything of a kind, in pages of the ledger's. */
  async everyId(kind: EntryKind): Promise<readonly string[]> {
    const ids: string[] = [];
    for (;;) {
      const page = { ...EVERY_ENTRY, kind, sortBy: 'id', offset: ids.length };
      const { entries, total } = await this.ledger.directory.listEntries(page);
      ids.push(...entries.map(({ id }) => id));
      if (entries.length === 0 || ids.length >= total) return ids;
    }
  }

  async create(actor: Actor, { kind, id }: EntryName, wanted: EntryChange): Promise<Entry> {
    return this.ledger.directory.createEntry({ actor, entry: changedEntry({ ...EMPTY, kind, id }, wanted) });
  }

  /** Reads, changes and writes, again when somebody else wrote in between. */
  async change(actor: Actor, { kind, id }: EntryName, change: (entry: Entry) => EntryChange): Promise<Entry> {
    for (let tries = 1; ; tries += 1) {
      const entry = await this.ledger.directory.getEntry({ kind, id });
      try {
        return await this.ledger.directory.updateEntry({ actor, entry: changedEntry(entry, change(entry)) });
      } catch (error) {
        if (tries >= MOST_TRIES || !isGrpcFault(error) || error.code !== 'ABORTED') throw error;
      }
    }
  }
}

export function rulesOf(entry: Pick<Entry, 'rulesJson'>): SpendRules {
  return JSON.parse(entry.rulesJson || '{}') as SpendRules;
}

/** Own rules over those of the budget object. */
export function rulesInForce(entry: Pick<Entry, 'rulesJson' | 'budgetRulesJson'>): SpendRules {
  return { ...(JSON.parse(entry.budgetRulesJson || '{}') as SpendRules), ...rulesOf(entry) };
}

export function attributesOf(entry: Entry): Readonly<Record<string, unknown>> {
  return JSON.parse(entry.attributesJson || '{}') as Record<string, unknown>;
}

/** What is not named stays; `null` takes it away. */
export function changedAttributes(
  before: Readonly<Record<string, unknown>>,
  named: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const written = Object.entries(named).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    Object.entries({ ...before, ...Object.fromEntries(written) }).filter(([, value]) => value !== null),
  );
}

function changedEntry(entry: Entry, change: EntryChange): Entry {
  return {
    ...entry,
    alias: change.alias ?? entry.alias,
    models: [...(change.models ?? entry.models)],
    blocked: change.blocked ?? entry.blocked,
    budgetId: change.budgetId ?? entry.budgetId,
    rulesJson: change.rules ? JSON.stringify(change.rules) : entry.rulesJson,
    attributesJson: change.attributes ? JSON.stringify(change.attributes) : entry.attributesJson,
  };
}

const EMPTY: Omit<Entry, 'kind' | 'id'> = {
  alias: '',
  models: [],
  blocked: false,
  budgetId: '',
  rulesJson: '{}',
  attributesJson: '{}',
  version: 0,
  createdAtUnixMs: 0,
  updatedAtUnixMs: 0,
  budgetRulesJson: '',
  spendNanoUsd: 0,
  totalSpendNanoUsd: 0,
};
