import type { z } from 'zod';
import type { ConfigPath } from './config-problem';

/** The keys that a schema knows at a place inside it; none where it takes any key, or none at all. */
export function keysAt(schema: z.core.$ZodType, path: ConfigPath): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [step, ...rest] = path;
  switch (def.type) {
    case 'optional':
    case 'nullable':
      return keysAt(def.innerType, path);
    case 'pipe':
      return keysAt(def.in, path);
    case 'union':
      return def.options.flatMap((option) => keysAt(option, path));
    case 'array':
      // One value where a list may stand is its own first item.
      if (step === undefined) return [];
      return keysAt(def.element, typeof step === 'number' ? rest : path);
    case 'record':
      return step === undefined ? [] : keysAt(def.valueType, rest);
    case 'object': {
      if (step === undefined) return Object.keys(def.shape);
      const inner = Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
      return inner ? keysAt(inner, rest) : [];
    }
    default:
      return [];
  }
}
