import { cleanError } from './clean-error';
import { cleanText } from './clean-text';
import { judgeFieldName } from './judge-field-name';
import type { LogFields } from './logger';
import { REDACTED } from './redact-text';

const MAX_DEPTH = 6;
/** Values in one line, over all levels: a line is for reading, not for dumping objects. */
const MAX_VALUES = 400;

interface Budget {
  values: number;
}

/**
 * The fields of a log line as they may be written: plain JSON values, without secrets, control characters, functions,
 * cycles or bulk. Never throws, also for getters and proxies that do.
 */
export function cleanFields(fields: LogFields): Record<string, unknown> {
  try {
    return cleanObject(fields, 0, { values: MAX_VALUES });
  } catch {
    return { unloggable: true };
  }
}

function cleanObject(source: object, depth: number, budget: Budget): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || typeof value === 'function') continue;
    if (--budget.values < 0) {
      target['…'] = 'cut';
      break;
    }
    const { shown, isSecret } = judgeFieldName(name);
    // `__proto__` as an own key would otherwise set the prototype.
    if (shown === '__proto__') continue;
    target[shown] = isSecret ? REDACTED : cleanValue(value, depth, budget);
  }
  return target;
}

function cleanValue(value: unknown, depth: number, budget: Budget): unknown {
  switch (typeof value) {
    case 'string':
      return cleanText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'symbol':
      return cleanText(value.toString());
    case 'object':
      return value === null ? null : cleanComposite(value, depth, budget);
    default:
      return undefined;
  }
}

function cleanComposite(value: object, depth: number, budget: Budget): unknown {
  if (value instanceof Error) return cleanError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof URL) return cleanText(value.href);
  // Cycles end here too.
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return cleanArray(value, depth, budget);
  if (value instanceof Set) return cleanArray([...value], depth, budget);
  if (value instanceof Map) return cleanObject(objectOfMap(value), depth + 1, budget);
  return cleanObject(value, depth + 1, budget);
}

function objectOfMap(map: ReadonlyMap<unknown, unknown>): Record<string, unknown> {
  const target: Record<string, unknown> = Object.create(null);
  for (const [key, value] of map) target[String(key)] = value;
  return target;
}

function cleanArray(values: readonly unknown[], depth: number, budget: Budget): unknown[] {
  const target: unknown[] = [];
  for (const value of values) {
    if (--budget.values < 0) {
      target.push('…');
      break;
    }
    target.push(cleanValue(value, depth + 1, budget) ?? null);
  }
  return target;
}
