import type { StoredModelEntry } from '@gateway/config';
import type { Logger } from '@gateway/telemetry';
import type { ModelStore } from './model-store';
import { entriesOf, type StoredModel } from './stored-model';

/** The stored models as they are published. While PostgreSQL is away, those that this process knew before. */
export class KnownModels {
  private known: readonly StoredModel[] | null = null;

  /** @param store null where there is no database or no key to encrypt with */
  constructor(
    private readonly store: Pick<ModelStore, 'list'> | null,
    private readonly logger: Logger,
  ) {}

  /** Rejects when they cannot be read and never were. */
  async entries(): Promise<readonly StoredModelEntry[]> {
    if (this.store === null) return [];
    try {
      this.keep(await this.store.list());
    } catch (error) {
      if (this.known === null) throw error;
      this.logger.warn({ error }, 'stored models cannot be read now; those read before stay in force');
    }
    return entriesOf(this.known ?? []);
  }

  /** What was just stored, which the next reading may not be able to tell. */
  keep(models: readonly StoredModel[]): void {
    this.known = models;
    for (const { id, params } of models) {
      if (params === null) this.logger.warn({ id }, 'a stored model was encrypted with a key that is not at hand');
    }
  }
}
