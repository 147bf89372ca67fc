import { numberFor, stringFor } from './schema-scalar';
import type { SeededRandom } from './seeded-random';

/** Below this depth optional properties and optional items are left out, so that recursive schemas come to an end. */
const FULL_DEPTH = 4;
const MAX_DEPTH = 24;

/**
 * A value that conforms to a JSON Schema, the same for the same seed. Understands type, enum, const, properties,
 * required, items, prefixItems, anyOf, oneOf, allOf, local $ref, formats, and length and range limits; not `pattern`,
 * `not`, `if` or conditions between properties.
 * @throws RangeError when the schema can only be met by an endless value.
 */
export function schemaValue(schema: unknown, random: SeededRandom): unknown {
  return new SchemaWalk(schema, random).value(schema, 0);
}

type Schema = Readonly<Record<string, unknown>>;

class SchemaWalk {
  constructor(
    private readonly root: unknown,
    private readonly random: SeededRandom,
  ) {}

  value(schema: unknown, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new RangeError('the schema has no finite value');
    if (!isSchema(schema)) return 'anything';
    if (typeof schema.$ref === 'string') return this.value(this.resolve(schema.$ref), depth + 1);
    if ('const' in schema) return schema.const;
    if (Array.isArray(schema.enum)) return this.random.pick(schema.enum);
    const options = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(options) && options.length > 0) return this.option(schema, options, depth);
    if (Array.isArray(schema.allOf))
      return this.value(mergeAll(schema, schema.allOf.map(this.dereferenced)), depth + 1);
    return this.typed(schema, depth);
  }

  private readonly dereferenced = (schema: unknown): unknown =>
    isSchema(schema) && typeof schema.$ref === 'string' ? this.resolve(schema.$ref) : schema;

  private option(schema: Schema, options: readonly unknown[], depth: number): unknown {
    const { anyOf: _anyOf, oneOf: _oneOf, ...rest } = schema;
    const wanted = depth < FULL_DEPTH ? this.random.pick(options) : (options.find(isLeaf) ?? options[0]);
    const target = this.dereferenced(wanted);
    return this.value(Object.keys(rest).length > 0 ? mergeAll(rest, [target]) : target, depth + 1);
  }

  private typed(schema: Schema, depth: number): unknown {
    switch (this.typeOf(schema)) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return this.array(schema, depth);
      case 'integer':
        return numberFor(schema, this.random, true);
      case 'number':
        return numberFor(schema, this.random, false);
      case 'boolean':
        return this.random.integer(0, 1) === 1;
      case 'null':
        return null;
      default:
        return stringFor(schema, this.random);
    }
  }

  private typeOf(schema: Schema): string {
    if (Array.isArray(schema.type)) return this.random.pick(schema.type.filter((type) => type !== 'null')) ?? 'null';
    if (typeof schema.type === 'string') return schema.type;
    if (schema.properties || schema.required || schema.additionalProperties) return 'object';
    return schema.items || schema.prefixItems ? 'array' : 'string';
  }

  private object(schema: Schema, depth: number): Record<string, unknown> {
    const properties = isSchema(schema.properties) ? schema.properties : {};
    const required = new Set(Array.isArray(schema.required) ? (schema.required as string[]) : []);
    const names = Object.keys(properties).filter((name) => required.has(name) || depth < FULL_DEPTH);
    const value: Record<string, unknown> = {};
    for (const name of names) define(value, name, this.value(properties[name], depth + 1));
    for (const name of required) if (!Object.hasOwn(value, name)) define(value, name, 'anything');
    return value;
  }

  private array(schema: Schema, depth: number): unknown[] {
    const least = numberOr(schema.minItems, 0);
    const most = numberOr(schema.maxItems, Math.max(least, 3));
    const fixed = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
    const usual = depth < FULL_DEPTH ? Math.min(most, Math.max(least, this.random.integer(1, 3))) : least;
    const length = Math.max(fixed.length, schema.items === false ? fixed.length : usual);
    const values = Array.from({ length }, (_, index) => this.value(fixed[index] ?? schema.items ?? {}, depth + 1));
    if (schema.uniqueItems !== true) return values;
    return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  }

  private resolve(reference: string): unknown {
    let target: unknown = this.root;
    for (const step of reference.split('/').slice(1)) {
      const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      target = isSchema(target) ? target[name] : undefined;
    }
    return target;
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLeaf(schema: unknown): boolean {
  return isSchema(schema) && typeof schema.type === 'string' && schema.type !== 'object' && schema.type !== 'array';
}

function mergeAll(base: Schema, others: readonly unknown[]): Schema {
  const { allOf: _allOf, ...merged } = base as Record<string, unknown>;
  for (const other of others.filter(isSchema)) {
    for (const [name, value] of Object.entries(other)) {
      const known = merged[name];
      if (name === 'required' && Array.isArray(known) && Array.isArray(value)) merged[name] = [...known, ...value];
      else if (name === 'properties' && isSchema(known) && isSchema(value)) merged[name] = { ...known, ...value };
      else merged[name] = value;
    }
  }
  return merged;
}

/** Also right for a property called `__proto__`. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
