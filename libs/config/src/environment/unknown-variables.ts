import { nearestName } from '@gateway/domain';
import { ENVIRONMENT_TABLES } from './environment-tables';

const PREFIX = 'LLM_GATEWAY_';

/** Every variable any service reads, so that one shared env file warns about nothing it should not. */
const KNOWN_VARIABLES: ReadonlySet<string> = new Set(
  Object.values(ENVIRONMENT_TABLES).flatMap((table) => Object.values(table).map((field) => field.variable)),
);

/** One warning per variable that carries our prefix and that no service reads, with the name it may have meant. */
export function warnOfUnknownVariables(source: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(source)
    .filter((name) => name.startsWith(PREFIX) && !KNOWN_VARIABLES.has(name))
    .sort()
    .map((name) => {
      const nearest = nearestName(name, KNOWN_VARIABLES);
      return `${name} is set but nothing reads it${nearest === null ? '' : `; did you mean ${nearest}?`}`;
    });
}
