import type { Actor } from '@gateway/contracts';
import type { Database, DatabaseSession, FieldCipher } from '@gateway/storage';
import { logModel } from './log-model';
import type { JsonObject, ModelContent, StoredModel } from './stored-model';

interface Row {
  readonly id: string;
  readonly model_name: string;
  readonly key_id: string;
  readonly sealed: Buffer;
  readonly info: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

const COLUMNS = 'id, model_name, key_id, sealed, info::text AS info, created_at, created_by, updated_at, updated_by';
const ALL = `SELECT ${COLUMNS} FROM stored_model ORDER BY created_at, id`;

/** The table of stored models, oldest first: the order they have in `model_list`. Parameters never reach it but encrypted for their row. */
export class ModelStore {
  constructor(
    private readonly database: Database,
    private readonly cipher: FieldCipher,
  ) {}

  async list(): Promise<readonly StoredModel[]> {
    return (await this.database.query<Row>(ALL)).map((row) => this.opened(row));
  }

  /** One change at a time, whichever process makes it: nothing is written between what `work` reads and what it writes. Undone when it throws. */
  change<Result>(work: (models: LockedModels) => Promise<Result>): Promise<Result> {
    return this.database.transaction(async (session) => {
      await session.query('LOCK TABLE stored_model IN SHARE ROW EXCLUSIVE MODE');
      return work({
        list: async () => (await session.query<Row>(ALL)).map((row) => this.opened(row)),
        put: (content, before, actor) => this.put(session, { content, before, actor }),
        remove: (before, actor) => remove(session, before, actor),
      });
    });
  }

  /** Encrypts everything anew that is not under the present key. `lost` names what no key at hand opens; it stays as it is. */
  rotate(): Promise<{ readonly rotated: number; readonly lost: readonly string[] }> {
    return this.database.transaction(async (session) => {
      await session.query('LOCK TABLE stored_model IN SHARE ROW EXCLUSIVE MODE');
      const lost: string[] = [];
      let rotated = 0;
      for (const row of await session.query<Row>(ALL)) {
        if (row.key_id === this.cipher.presentKeyId) continue;
        const { id, params } = this.opened(row);
        if (params === null) lost.push(id);
        else {
          const { keyId, bytes } = this.sealed(id, params);
          await session.query('UPDATE stored_model SET key_id = $2, sealed = $3 WHERE id = $1', [id, keyId, bytes]);
          rotated += 1;
        }
      }
      return { rotated, lost };
    });
  }

  private async put(session: DatabaseSession, { content, before, actor }: Written): Promise<StoredModel> {
    const { id, name, params, info } = content;
    const { keyId, bytes } = this.sealed(id, params);
    const [row] = await session.query<Row>(
      `INSERT INTO stored_model (id, model_name, key_id, sealed, info, created_by, updated_by)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, $6)
       ON CONFLICT (id) DO UPDATE SET
         model_name = excluded.model_name, key_id = excluded.key_id, sealed = excluded.sealed, info = excluded.info,
         updated_at = excluded.updated_at, updated_by = excluded.updated_by
       RETURNING ${COLUMNS}`,
      [id, name, keyId, bytes, JSON.stringify(info), nameOf(actor)],
    );
    if (!row) throw new Error('PostgreSQL gave no row back');
    const after = this.opened(row);
    await logModel(session, actor, { before, after });
    return after;
  }

  private sealed(id: string, params: JsonObject) {
    return this.cipher.encrypt(JSON.stringify(params), boundTo(id));
  }

  private opened(row: Row): StoredModel {
    const plain = this.cipher.decrypt({ keyId: row.key_id, bytes: row.sealed }, boundTo(row.id));
    return {
      id: row.id,
      name: row.model_name,
      params: plain === null ? null : (JSON.parse(plain) as JsonObject),
      info: JSON.parse(row.info) as JsonObject,
      createdAtUnixMs: row.created_at.getTime(),
      createdBy: row.created_by,
      updatedAtUnixMs: row.updated_at.getTime(),
      updatedBy: row.updated_by,
    };
  }
}

/** The stored models while nobody else changes them. */
export interface LockedModels {
  list(): Promise<readonly StoredModel[]>;
  /** `before`: what it replaces, null for a new one. */
  put(content: ModelContent, before: StoredModel | null, actor: Actor | undefined): Promise<StoredModel>;
  remove(before: StoredModel, actor: Actor | undefined): Promise<void>;
}

interface Written {
  readonly content: ModelContent;
  readonly before: StoredModel | null;
  readonly actor: Actor | undefined;
}

async function remove(session: DatabaseSession, before: StoredModel, actor: Actor | undefined): Promise<void> {
  await session.query('DELETE FROM stored_model WHERE id = $1', [before.id]);
  await logModel(session, actor, { before, after: null });
}

function nameOf(actor: Actor | undefined): string {
  return actor?.changedBy || actor?.userId || actor?.keyHash || 'gateway';
}

function boundTo(id: string): string {
  return `stored_model:${id}`;
}
