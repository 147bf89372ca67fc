import type { Logger } from './logger';

const nothing = () => {};

/** Says nothing: for libraries whose caller gave no logger, and for tests. */
export const SILENT_LOGGER: Logger = Object.freeze({
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => SILENT_LOGGER,
  isEnabled: () => false,
});
