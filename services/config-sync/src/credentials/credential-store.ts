import type { DatabaseSession, EncryptedField, FieldCipher } from '@gateway/storage';

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
    private readonly database: DatabaseSession,
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
  async insert(name: string, values: CredentialValues, infoJson: string): Promise<StoredCredential> {
    const { keyId, bytes } = this.sealed(name, values);
    const rows = await this.database.query<Row>(
      `INSERT INTO provider_credential (name, key_id, sealed, info) VALUES ($1, $2, $3, $4::jsonb) RETURNING ${COLUMNS}`,
      [name, keyId, bytes, infoJson],
    );
    return this.first(rows);
  }

  /** Null when it is no longer what was read: somebody else changed it meanwhile, or took it away. */
  async replace(
    before: StoredCredential,
    values: CredentialValues,
    infoJson: string,
  ): Promise<StoredCredential | null> {
    const { keyId, bytes } = this.sealed(before.name, values);
    const rows = await this.database.query<Row>(
      `UPDATE provider_credential
       SET key_id = $2, sealed = $3, info = $4::jsonb,
           updated_at = greatest(date_trunc('milliseconds', now()), updated_at + interval '1 millisecond')
       WHERE name = $1 AND updated_at = $5 RETURNING ${COLUMNS}`,
      [before.name, keyId, bytes, infoJson, new Date(before.updatedAtUnixMs).toISOString()],
    );
    return rows.length === 0 ? null : this.first(rows);
  }

  async remove(name: string): Promise<StoredCredential | null> {
    const rows = await this.database.query<Row>(
      `DELETE FROM provider_credential WHERE name = $1 RETURNING ${COLUMNS}`,
      [name],
    );
    return rows.length === 0 ? null : this.first(rows);
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

function boundTo(name: string): string {
  return `provider_credential:${name}`;
}
