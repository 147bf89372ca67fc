import { z } from 'zod';
import { printCompactly } from './print-compactly';
import { wholeSchema } from './whole-schema';

/** A node of a JSON Schema. */
interface SchemaNode {
  [keyword: string]: unknown;
  description?: string;
  anyOf?: SchemaNode[];
  properties?: Record<string, SchemaNode>;
}

const REFERENCE: SchemaNode = { type: 'string', pattern: '^os\\.environ/.' };

/**
 * The YAML file's schema as draft 7, which editors read. It knows every key, type and closed list; limits of numbers, names
 * of model groups and the like are the gateway's own to check.
 */
export function renderJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(wholeSchema(), {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (typeof jsonSchema.pattern === 'string') jsonSchema.pattern = caseless(jsonSchema.pattern, zodSchema);
    },
  });
  const title = 'The configuration of llm-gateway, in LiteLLM’s format';
  return `${printCompactly({ $schema, title, ...finish(schema as SchemaNode) })}\n`;
}

/** Flattens choices, lets references stand for single values, and repeats defaults where editors look for them. */
function finish(node: SchemaNode): SchemaNode {
  const finished = Object.entries(node).map(([keyword, value]): [string, unknown] => {
    if (keyword === 'properties') return [keyword, mapValues(value as Record<string, SchemaNode>, finishProperty)];
    if (keyword === 'anyOf') return [keyword, (value as SchemaNode[]).map(finish).flatMap(optionsOf)];
    if (keyword === 'items' || keyword === 'additionalProperties') {
      return [keyword, typeof value === 'object' ? allowReference(finish(value as SchemaNode)) : value];
    }
    return [keyword, value];
  });
  return Object.fromEntries(finished);
}

function finishProperty(property: SchemaNode): SchemaNode {
  const value = defaultIn(property.description ?? '');
  const finished = allowReference(finish(property));
  return value === undefined ? finished : { ...finished, default: value };
}

/** A choice inside a choice is one choice. */
function optionsOf(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf && node.description === undefined ? node.anyOf : [node];
}

function mapValues<Value>(values: Readonly<Record<string, Value>>, map: (value: Value) => Value) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

/** Any single value may be `os.environ/NAME`. Texts without a form of their own are such texts already. */
function allowReference(node: SchemaNode): SchemaNode {
  const { description, ...bare } = node;
  const options = node.anyOf ?? [bare];
  if (options.some((option) => !isSingleValue(option) || isFreeText(option))) return node;
  return { ...(description !== undefined && { description }), anyOf: [...options, REFERENCE] };
}

function isSingleValue({ type, enum: words, const: word }: SchemaNode): boolean {
  return (
    words !== undefined || word !== undefined || (typeof type === 'string' && type !== 'object' && type !== 'array')
  );
}

function isFreeText({ type, pattern, enum: words, const: word }: SchemaNode): boolean {
  return type === 'string' && pattern === undefined && words === undefined && word === undefined;
}

const DEFAULT = /Default: (?:`([^`]+)`|(-?\d+(?:\.\d+)?))(?=\.(?:\s|$)|;| \()/;
/** Variables and other settings: where the default is found, and not what it is. */
const FOUND_ELSEWHERE = /^[A-Z][A-Z0-9_]+$|_settings\./;

/** Descriptions say "Default: `x`." or "Default: 30 (…" where there is one. */
function defaultIn(description: string): unknown {
  const [, text, number] = DEFAULT.exec(description) ?? [];
  if (number !== undefined) return Number(number);
  if (text === undefined || FOUND_ELSEWHERE.test(text)) return undefined;
  return /^(true|false|\[.*\])$/.test(text) ? (JSON.parse(text) as unknown) : text;
}

/** JSON Schema's patterns have no flags: `yes` becomes `[Yy][Ee][Ss]`. */
function caseless(pattern: string, zodSchema: z.core.$ZodType): string {
  const { def } = (zodSchema as z.core.$ZodTypes)._zod;
  const isCaseless = (def.checks ?? []).some((check) => {
    const checkDef = check._zod.def as { readonly pattern?: RegExp };
    return checkDef.pattern?.flags.includes('i') === true;
  });
  if (!isCaseless) return pattern;
  return pattern.replace(/\\.|[a-z]/g, (part) => (part.length > 1 ? part : `[${part.toUpperCase()}${part}]`));
}
