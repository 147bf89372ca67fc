import { isRecord } from '@gateway/domain';

const snakeNames = new Map<string, string>();

/**
 * A member of a request under its name in the API's reference, or under the same name with underscores: the API's parser
 * takes both, and its own examples use both. `null` counts as absent.
 */
export function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return record[name] ?? record[snakeOf(name)] ?? undefined;
}

/** The parser takes a single value where a list is wanted, too. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Members whose name, in either spelling, is not among `known`, by the name the client gave them. */
export function unknownFieldsOf(
  record: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): [name: string, value: unknown][] {
  return Object.entries(record).filter(
    ([name, value]) => value !== null && value !== undefined && !known.has(name) && !known.has(camelOf(name)),
  );
}

/** `safety_settings` → `safetySettings`. */
export function camelOf(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Copies a request with its settings spelled as in the reference; what clients name themselves (schemas) stays. */
export function withReferenceNames(request: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const renamed = (record: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [camelOf(name), value]));
  const body = renamed(request);
  const config = body.generationConfig;
  return isRecord(config) ? { ...body, generationConfig: renamed(config) } : body;
}

/** Only called with the names in our own code, so what is remembered stays small. */
function snakeOf(name: string): string {
  let snake = snakeNames.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakeNames.set(name, snake);
  }
  return snake;
}
