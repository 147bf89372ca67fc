import { DataSource } from 'typeorm';
import { DatabaseConnection, type DatabaseSession, type SqlParameters } from './database-connection';
import { DatabaseFault, toDatabaseFault } from './database-fault';
import { within } from './within';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly databaseUrl: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly poolSize?: number;
  /** Longest wait for a connection, free or new. Default 2 s: a busy machine takes most of a second to make a new one. */
  readonly acquireTimeoutMs?: number;
  /** The server ends a statement after this; the client gives up a little later, in case the server is silent. */
  readonly statementTimeoutMs?: number;
  /** Hears of connections that broke while idle; the pool replaces them. */
  readonly onIdleError?: (error: Error) => void;
}

const CLIENT_GRACE_MS = 500;
const IDLE_IN_TRANSACTION_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * A pool of PostgreSQL connections on which every wait is bounded. It connects at first use and again after a failure,
 * so a service may start before its database. Every failure is a `DatabaseFault`.
 */
export class Database implements DatabaseSession {
  private source: DataSource | null = null;
  private opening: Promise<DataSource> | null = null;
  private closed = false;

  constructor(private readonly options: DatabaseOptions) {}

  /** One statement, committed on its own. BIGINT columns arrive as text, as PostgreSQL sends them. */
  async query<Row>(sql: string, parameters: SqlParameters = []): Promise<Row[]> {
    return this.borrow((connection) => connection.query<Row>(sql, parameters));
  }

  /** Commits when `work` resolves, rolls back when it throws. Isolation: read committed. */
  async transaction<Result>(work: (session: DatabaseSession) => Promise<Result>): Promise<Result> {
    return this.borrow(async (connection) => {
      await connection.query('BEGIN');
      try {
        const result = await work(connection);
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        // A connection that is not usable is closed, which ends its transaction too.
        if (connection.isUsable) await connection.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /** Waits for nothing longer than two seconds: a silent server never confirms the end of a connection. */
  async close(): Promise<void> {
    this.closed = true;
    const source = await (this.opening ?? Promise.resolve(this.source)).catch(() => null);
    this.source = null;
    if (source !== null) await within(CLOSE_TIMEOUT_MS, source.destroy()).catch(() => undefined);
  }

  private async borrow<Result>(work: (connection: DatabaseConnection) => Promise<Result>): Promise<Result> {
    const source = await this.open();
    const connection = new DatabaseConnection(source.createQueryRunner());
    try {
      return await work(connection);
    } finally {
      await connection.giveBack();
    }
  }

  private open(): Promise<DataSource> {
    if (this.closed) return Promise.reject(new DatabaseFault('the database is closed', 'other'));
    if (this.source !== null) return Promise.resolve(this.source);
    this.opening ??= initialise(this.options)
      .then((source) => {
        this.source = source;
        return source;
      })
      .finally(() => {
        this.opening = null;
      });
    return this.opening;
  }
}

async function initialise(options: DatabaseOptions): Promise<DataSource> {
  const source = createDataSource(options);
  try {
    return await source.initialize();
  } catch (error) {
    // A connection may have come up before the failure; without this it would stay open.
    await within(CLOSE_TIMEOUT_MS, source.driver.disconnect()).catch(() => undefined);
    throw toDatabaseFault(error);
  }
}

function createDataSource(options: DatabaseOptions): DataSource {
  const statementTimeoutMs = options.statementTimeoutMs ?? 2_000;
  return new DataSource({
    type: 'postgres',
    url: options.databaseUrl,
    applicationName: options.applicationName,
    connectTimeoutMS: options.acquireTimeoutMs ?? 2_000,
    poolSize: options.poolSize ?? 10,
    poolErrorHandler: options.onIdleError ?? (() => undefined),
    logging: false,
    extra: {
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + CLIENT_GRACE_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
    },
  });
}
