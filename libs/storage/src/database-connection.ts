import type { QueryRunner } from 'typeorm';
import { type DatabaseFault, toDatabaseFault } from './database-fault';

export type SqlParameters = readonly unknown[];

/** What a transaction's work may do: statements on its one connection. Failures are `DatabaseFault`s. */
export interface DatabaseSession {
  query<Row>(sql: string, parameters?: SqlParameters): Promise<Row[]>;
}

/** One connection borrowed from the pool. It goes back only when its state is known. */
export class DatabaseConnection implements DatabaseSession {
  private fault: DatabaseFault | null = null;

  constructor(private readonly runner: QueryRunner) {}

  /** False once a statement failed without an answer: nobody knows what the server is doing with it. */
  get isUsable(): boolean {
    return this.fault === null;
  }

  async query<Row>(sql: string, parameters: SqlParameters = []): Promise<Row[]> {
    try {
      const result = await this.runner.query(sql, [...parameters], true);
      return result.records as Row[];
    } catch (error) {
      const fault = toDatabaseFault(error);
      if (fault.sqlState === undefined) this.fault = fault;
      throw fault;
    }
  }

  async giveBack(): Promise<void> {
    if (this.fault !== null && canDiscard(this.runner)) await this.runner.releasePostgresConnection(this.fault);
    else await this.runner.release();
  }
}

/** The PostgreSQL runner can release with an error, which makes the pool close the connection; the type is not exported. */
interface DiscardableRunner {
  releasePostgresConnection(error: Error): Promise<void>;
}

function canDiscard(runner: QueryRunner): runner is QueryRunner & DiscardableRunner {
  return 'releasePostgresConnection' in runner;
}
