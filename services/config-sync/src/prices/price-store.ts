import type { Actor } from '@gateway/contracts';
import { type Database, isDatabaseFault } from '@gateway/storage';
import { logChange } from '../audit/log-change';

export interface StoredPriceVersion {
  readonly provider: string;
  readonly model: string;
  readonly version: number;
  /** A JSON text as it was written; null: the price was taken out. */
  readonly entriesJson: string | null;
  readonly actor: Actor;
  readonly changedAtUnixMs: number;
}

export interface PricedModel {
  readonly provider: string;
  readonly model: string;
}

interface Row {
  readonly provider: string;
  readonly model: string;
  readonly version: number;
  readonly entries: string | null;
  readonly actor_key_hash: string;
  readonly actor_user_id: string;
  readonly changed_by: string;
  readonly changed_at: Date;
}

const COLUMNS =
  'provider, model, version, entries::text AS entries, actor_key_hash, actor_user_id, changed_by, changed_at';

/** Versions of the prices of models, of which the last counts. Rows are only ever added: they are the history as well, and each is in the log of changes. */
export class PriceStore {
  constructor(private readonly database: Database) {}

  /** The last version of every model whose price was not taken out. */
  async present(): Promise<readonly StoredPriceVersion[]> {
    const rows = await this.database.query<Row>(
      `SELECT * FROM (
         SELECT DISTINCT ON (provider, model) ${COLUMNS} FROM model_price_version
         ORDER BY provider, model, version DESC
       ) AS latest WHERE entries IS NOT NULL ORDER BY provider, model`,
    );
    return rows.map(toVersion);
  }

  /** The newest first. */
  async history({ provider, model }: PricedModel): Promise<readonly StoredPriceVersion[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${COLUMNS} FROM model_price_version WHERE provider = $1 AND model = $2 ORDER BY version DESC LIMIT 1000`,
      [provider, model],
    );
    return rows.map(toVersion);
  }

  /** Adds a version. Null when somebody else did so at the same moment, or when there is nothing to take out. */
  async add(
    { provider, model }: PricedModel,
    entriesJson: string | null,
    actor: Actor,
  ): Promise<StoredPriceVersion | null> {
    try {
      return await this.database.transaction(async (session) => {
        const [before] = await session.query<Row>(
          `SELECT ${COLUMNS} FROM model_price_version WHERE provider = $1 AND model = $2 ORDER BY version DESC LIMIT 1`,
          [provider, model],
        );
        const last = before?.entries ?? null;
        if (entriesJson === null && last === null) return null;
        const [after] = await session.query<Row>(
          `INSERT INTO model_price_version (provider, model, version, entries, actor_key_hash, actor_user_id, changed_by)
           VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7) RETURNING ${COLUMNS}`,
          [provider, model, (before?.version ?? 0) + 1, entriesJson, actor.keyHash, actor.userId, actor.changedBy],
        );
        if (!after) throw new Error('PostgreSQL gave no row back');
        const change = { actor, table: 'model_price_version', objectId: `${provider}/${model}` };
        await logChange(session, { ...change, before: last, after: after.entries });
        return toVersion(after);
      });
    } catch (error) {
      if (isDatabaseFault(error) && error.kind === 'conflict') return null;
      throw error;
    }
  }
}

function toVersion(row: Row): StoredPriceVersion {
  return {
    provider: row.provider,
    model: row.model,
    version: row.version,
    entriesJson: row.entries,
    actor: { keyHash: row.actor_key_hash, userId: row.actor_user_id, changedBy: row.changed_by },
    changedAtUnixMs: row.changed_at.getTime(),
  };
}
