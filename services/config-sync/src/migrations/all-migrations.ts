import { CreateCredentials1795046500000 } from './create-credentials';

/** Every migration of this service, oldest first. One that has run anywhere is never edited: add another. */
export const ALL_MIGRATIONS = [CreateCredentials1795046500000] as const;
