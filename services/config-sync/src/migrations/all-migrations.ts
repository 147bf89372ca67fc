import { CreateCredentials1795046500000 } from './create-credentials';
import { CreateModelPrices1795392001000 } from './create-model-prices';
import { CreateStoredModels1796000004000 } from './create-stored-models';

/** Every migration of this service, oldest first. One that has run anywhere is never edited: add another. */
export const ALL_MIGRATIONS = [
  CreateCredentials1795046500000,
  CreateModelPrices1795392001000,
  CreateStoredModels1796000004000,
] as const;
