import type { SeededRandom } from './seeded-random';
import { seededWords } from './seeded-words';

type Schema = Readonly<Record<string, unknown>>;

/** A number inside the schema's limits; whole when `integer`. */
export function numberFor(schema: Schema, random: SeededRandom, integer: boolean): number {
  const step = numberOr(schema.multipleOf, integer ? 1 : 0.5);
  const low = lowest(schema, step);
  const high = highest(schema, step);
  const from = Math.ceil(Math.max(low ?? Math.min(1, high ?? 1), -Number.MAX_SAFE_INTEGER) / step);
  const to = Math.floor((high ?? from * step + 99 * step) / step);
  // Limits closer together than a step leave only themselves.
  if (to < from) return low ?? high ?? 0;
  return random.integer(from, Math.min(to, from + 999)) * step;
}

function lowest(schema: Schema, step: number): number | undefined {
  const exclusive = schema.exclusiveMinimum;
  if (typeof exclusive === 'number') {
    const next = Math.floor(exclusive / step) * step + step;
    const most = highest(schema, step);
    return most !== undefined && next > most ? (exclusive + most) / 2 : next;
  }
  return typeof schema.minimum === 'number' ? schema.minimum : undefined;
}

function highest(schema: Schema, step: number): number | undefined {
  if (typeof schema.exclusiveMaximum === 'number') return Math.ceil(schema.exclusiveMaximum / step) * step - step;
  return typeof schema.maximum === 'number' ? schema.maximum : undefined;
}

/** A string of the schema's format, or seeded words inside its length limits. */
export function stringFor(schema: Schema, random: SeededRandom): string {
  const formatted = formattedString(schema.format, random);
  if (formatted !== undefined) return formatted;
  const least = numberOr(schema.minLength, 0);
  const most = numberOr(schema.maxLength, Number.POSITIVE_INFINITY);
  let text = seededWords(random, random.integer(1, 3));
  while (text.length < least) text += ` ${seededWords(random, 1)}`;
  return text.slice(0, most);
}

function formattedString(format: unknown, random: SeededRandom): string | undefined {
  const twoDigits = (from: number, to: number) => String(random.integer(from, to)).padStart(2, '0');
  const date = () => `20${twoDigits(20, 29)}-${twoDigits(1, 12)}-${twoDigits(1, 28)}`;
  const time = () => `${twoDigits(0, 23)}:${twoDigits(0, 59)}:${twoDigits(0, 59)}Z`;
  switch (format) {
    case 'date':
      return date();
    case 'time':
      return time();
    case 'date-time':
      return `${date()}T${time()}`;
    case 'duration':
      return `PT${random.integer(1, 59)}M`;
    case 'email':
      return `${seededWords(random, 1)}@example.com`;
    case 'hostname':
      return `${seededWords(random, 1)}.example.com`;
    case 'uri':
    case 'url':
      return `https://example.com/${seededWords(random, 1)}`;
    case 'ipv4':
      return `127.0.0.${random.integer(1, 254)}`;
    case 'ipv6':
      return `::${random.hex(4)}`;
    case 'uuid':
      return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`;
    default:
      return undefined;
  }
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
