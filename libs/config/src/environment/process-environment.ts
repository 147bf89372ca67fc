import type { EnvironmentSource } from './read-environment';

/**
 * The whole environment of this process, for looking up `os.environ/NAME` references. Everything with a name of its own
 * is read by `readEnvironment` instead.
 */
export function processEnvironment(): EnvironmentSource {
  return process.env;
}
