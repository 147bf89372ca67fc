import type { DatabaseSession } from '@gateway/storage';

/** As OpenAI keeps them. */
export const KEPT_DAYS = 30;

export interface StoredResponseRow {
  readonly id: string;
  readonly previous_id: string | null;
  readonly response: Buffer;
  readonly input: Buffer;
}

/** The table of stored responses. Every statement names the owner: there is no way to another's. */
export class ResponseStore {
  constructor(private readonly database: DatabaseSession) {}

  async put(owner: string, row: StoredResponseRow): Promise<void> {
    await this.database.query(
      `INSERT INTO stored_response (owner, id, previous_id, response, input, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6))
       ON CONFLICT (owner, id) DO UPDATE SET previous_id = excluded.previous_id, response = excluded.response,
         input = excluded.input, expires_at = excluded.expires_at`,
      [owner, row.id, row.previous_id, row.response, row.input, KEPT_DAYS],
    );
  }

  /** Bytes of the response and of those before it, up to `depth`; null when there is none. */
  async measure(owner: string, id: string, depth: number): Promise<number | null> {
    const rows = await this.database.query<{ bytes: string | null }>(
      `${CHAIN} SELECT sum(length(s.response) + length(s.input))::text AS bytes
       FROM chain JOIN stored_response s ON s.owner = $1 AND s.id = chain.id`,
      [owner, id, depth],
    );
    const bytes = rows[0]?.bytes ?? null;
    return bytes === null ? null : Number(bytes);
  }

  /** The response and those before it, newest first, at most `depth`. */
  async chain(owner: string, id: string, depth: number): Promise<StoredResponseRow[]> {
    return this.database.query<StoredResponseRow>(
      `${CHAIN} SELECT s.id, s.previous_id, s.response, s.input
       FROM chain JOIN stored_response s ON s.owner = $1 AND s.id = chain.id ORDER BY chain.place`,
      [owner, id, depth],
    );
  }

  /** True when there was one. */
  async delete(owner: string, id: string): Promise<boolean> {
    const rows = await this.database.query<{ id: string }>(
      'DELETE FROM stored_response WHERE owner = $1 AND id = $2 AND expires_at > now() RETURNING id',
      [owner, id],
    );
    return rows.length > 0;
  }

  /** Forgets at most `limit` of those whose time is over; true when there may be more. */
  async deleteExpired(limit: number): Promise<boolean> {
    const rows = await this.database.query<{ id: string }>(
      `DELETE FROM stored_response WHERE (owner, id) IN (
         SELECT owner, id FROM stored_response WHERE expires_at <= now() ORDER BY expires_at LIMIT $1
       ) RETURNING id`,
      [limit],
    );
    return rows.length === limit;
  }
}

/** The depth also ends a chain that bites its tail, which a provider that gives an id twice could make. */
const CHAIN = `
  WITH RECURSIVE chain AS (
    SELECT id, previous_id, 1 AS place FROM stored_response WHERE owner = $1 AND id = $2 AND expires_at > now()
    UNION ALL
    SELECT s.id, s.previous_id, chain.place + 1 FROM chain
    JOIN stored_response s ON s.owner = $1 AND s.id = chain.previous_id AND s.expires_at > now()
    WHERE chain.place < $3
  )`;
