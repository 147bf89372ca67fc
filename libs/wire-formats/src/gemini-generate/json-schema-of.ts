import { isRecord } from '@gateway/domain';

/** Members of a `Schema` that hold schemas: by name, as a list, or one. */
const BY_NAME: ReadonlySet<string> = new Set(['properties', 'defs', '$defs']);
const LISTS: ReadonlySet<string> = new Set(['anyOf', 'prefixItems']);
const ONE: ReadonlySet<string> = new Set(['items', 'additionalProperties']);
/** Numbers that the API writes as texts, being 64 bits long. */
const LENGTHS: ReadonlySet<string> = new Set([
  ...['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'],
]);
/** Orders and examples bind nobody; `nullable` is told by the type. */
const LEFT_OUT: ReadonlySet<string> = new Set(['propertyOrdering', 'property_ordering', 'example', 'nullable']);

/**
 * Google's `Schema`, a part of OpenAPI's with types in capitals → JSON Schema. Texts in JSON Schema's own spelling stay
 * as they are.
 */
export function jsonSchemaOf(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const converted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (LEFT_OUT.has(name)) continue;
    converted[name] = memberOf(name, value);
  }
  if (schema.nullable !== true) return converted;
  if (typeof converted.type === 'string') return { ...converted, type: [converted.type, 'null'] };
  return { anyOf: [converted, { type: 'null' }] };
}

function memberOf(name: string, value: unknown): unknown {
  if (name === 'type') return typeof value === 'string' ? value.toLowerCase() : value;
  if (LENGTHS.has(name) && typeof value === 'string') return Number(value);
  if (ONE.has(name)) return jsonSchemaOf(value);
  if (LISTS.has(name) && Array.isArray(value)) return value.map(jsonSchemaOf);
  if (BY_NAME.has(name) && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, jsonSchemaOf(one)]));
  }
  return value;
}
