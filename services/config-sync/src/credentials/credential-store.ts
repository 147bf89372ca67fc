import type { Actor } from '@gateway/contracts';
import type { Database, DatabaseSession, EncryptedField, FieldCipher } from '@gateway/storage';
import { logChange } from '../audit/log-change';

export type CredentialValues = Readonly<Record<string, string>>;

export interface StoredCredential {
  readonly name: string;
  /** Null when no key at hand opens them. */
  readonly values: CredentialValues | null;
  /** A JSON object as text. */
  readonly infoJson: string;
  readonly createdAtUnixMs: number;
  readonly updatedAtUnixMs: number;
}

/** What is stored of a credential, in clear. */
export interface CredentialContent {
  readonly name: string;
  readonly values: CredentialValues;
  /** A JSON object as text. */
  readonly infoJson: string;
}

interface Row {
  readonly name: string;
  readonly key_id: string;
  readonly sealed: Buffer;
  readonly info: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'name, key_id, sealed, info::text AS info, created_at, updated_at';

/** The table of named credentials; values leave it decrypted and never reach it otherwise than encrypted for their row. */
export class CredentialStore {
  constructor(
    private readonly database: Database,
    private readonly cipher: FieldCipher,
  ) {}

  async list(): Promise<readonly StoredCredential[]> {
    const rows = await this.database.query<Row>(`SELECT ${COLUMNS} FROM provider_credential ORDER BY name`);
    return rows.map((row) => this.opened(row));
  }

  async find(name: string): Promise<StoredCredential | null> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM provider_credential WHERE name = $1`, [name]);
    return row ? this.opened(row) : null;
  }

  /** @throws DatabaseFault of kind `conflict` when the name is taken. */
  async insert({ name, values, infoJson }: CredentialContent, actor: Actor | undefined): Promise<StoredCredential> {
    const { keyId, bytes } = this.sealed(name, values);
    return this.database.transaction(async (session) => {
      const rows = await session.query<Row>(
        `INSERT INTO provider_credential (name, key_id, sealed, info) VALUES ($1, $2, $3, $4::jsonb) RETURNING ${COLUMNS}`,
        [name, keyId, bytes, infoJson],
      );
      const made = this.first(rows);
      await logCredential(session, actor, { before: null, after: made });
      return made;
    });
  }

  /** Null when it is no longer what was read: somebody else changed it meanwhile, or took it away. */
  async replace(
    before: StoredCredential,
    { values, infoJson }: Omit<CredentialContent, 'name'>,
    actor: Actor | undefined,
  ): Promise<StoredCredential | null> {
    const { keyId, bytes } = this.sealed(before.name, values);
    return this.database.transaction(async (session) => {
      const rows = await session.query<Row>(
        `UPDATE provider_credential
         SET key_id = $2, sealed = $3, info = $4::jsonb,
             updated_at = greatest(date_trunc('milliseconds', now()), updated_at + interval '1 millisecond')
         WHERE name = $1 AND updated_at = $5 RETURNING ${COLUMNS}`,
        [before.name, keyId, bytes, infoJson, new Date(before.updatedAtUnixMs).toISOString()],
      );
      if (rows.length === 0) return null;
      const after = this.first(rows);
      await logCredential(session, actor, { before, after });
      return after;
    });
  }

  async remove(name: string, actor: Actor | undefined): Promise<StoredCredential | null> {
    return this.database.transaction(async (session) => {
      const rows = await session.query<Row>(`DELETE FROM provider_credential WHERE name = $1 RETURNING ${COLUMNS}`, [
        name,
      ]);
      if (rows.length === 0) return null;
      const before = this.first(rows);
      await logCredential(session, actor, { before, after: null });
      return before;
    });
  }

  /** Encrypts everything anew that is not under the present key. `lost` names what no key at hand opens; it stays as it is. */
  async rotate(): Promise<{ readonly rotated: number; readonly lost: readonly string[] }> {
    const rows = await this.database.query<Row>(`SELECT ${COLUMNS} FROM provider_credential WHERE key_id <> $1`, [
      this.cipher.presentKeyId,
    ]);
    const lost: string[] = [];
    let rotated = 0;
    for (const row of rows) {
      const before = this.opened(row);
      if (before.values === null) lost.push(row.name);
      else if (await this.reseal(row, before.values)) rotated += 1;
    }
    return { rotated, lost };
  }

  /** The time of the last change stays: nobody changed anything. A row that was written meanwhile has the present key. */
  private async reseal(row: Row, values: CredentialValues): Promise<boolean> {
    const { keyId, bytes } = this.sealed(row.name, values);
    const rows = await this.database.query<Row>(
      `UPDATE provider_credential SET key_id = $2, sealed = $3 WHERE name = $1 AND sealed = $4 RETURNING ${COLUMNS}`,
      [row.name, keyId, bytes, row.sealed],
    );
    return rows.length > 0;
  }

  private sealed(name: string, values: CredentialValues): EncryptedField {
    return this.cipher.encrypt(JSON.stringify(values), boundTo(name));
  }

  private opened(row: Row): StoredCredential {
    const plain = this.cipher.decrypt({ keyId: row.key_id, bytes: row.sealed }, boundTo(row.name));
    return {
      name: row.name,
      values: plain === null ? null : (JSON.parse(plain) as CredentialValues),
      infoJson: row.info,
      createdAtUnixMs: row.created_at.getTime(),
      updatedAtUnixMs: row.updated_at.getTime(),
    };
  }

  private first(rows: readonly Row[]): StoredCredential {
    const [row] = rows;
    if (!row) throw new Error('PostgreSQL gave no row back');
    return this.opened(row);
  }
}

interface CredentialChange {
  readonly before: StoredCredential | null;
  readonly after: StoredCredential | null;
}

/** Which values there are is told, and which were changed; the values are not. */
async function logCredential(
  session: DatabaseSession,
  actor: Actor | undefined,
  { before, after }: CredentialChange,
): Promise<void> {
  const names = (credential: StoredCredential | null) => Object.keys(credential?.values ?? {}).sort();
  const all = [...new Set([...names(before), ...names(after)])];
  const changed = all.filter((name) => before?.values?.[name] !== after?.values?.[name]);
  const told = (credential: StoredCredential | null, more: object) =>
    credential &&
    JSON.stringify({
      credential_info: JSON.parse(credential.infoJson) as unknown,
      credential_values: names(credential),
      ...more,
    });
  await logChange(session, {
    actor,
    table: 'provider_credential',
    objectId: (after ?? before)?.name ?? '',
    before: told(before, {}),
    after: told(after, { changed_values: changed }),
  });
}

function boundTo(name: string): string {
  return `provider_credential:${name}`;
}
