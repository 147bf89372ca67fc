import { isSecretValue } from '@gateway/config';

/** Long enough that what is shown gives nothing away. */
const SHORTEST_SHOWN = 12;

/** Values for people: secret ones by their last four characters, references and open ones as they are. */
export function maskValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isSecretValue(name, value) ? mask(value) : value]),
  );
}

function mask(value: string): string {
  return value.length < SHORTEST_SHOWN ? '****' : `****${value.slice(-4)}`;
}
