import type { ChatCallWire, ChatWire } from '@gateway/domain';

/** Wires whose parameters are top-level fields of the body. */
const FLAT_WIRES = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'mistral-fim',
  'anthropic-messages',
] as const satisfies readonly ChatWire[];
export type FlatWire = (typeof FLAT_WIRES)[number];

export function isFlatWire(wire: ChatWire | ChatCallWire): wire is FlatWire {
  return FLAT_WIRES.some((flat) => flat === wire);
}

/**
 * Parameters with more than one name. Configuration is written once for all providers, mostly with OpenAI's names, so
 * a default must find its place on either wire, and must see that the client has set the same thing by another name.
 */
const SYNONYMS: readonly { readonly names: readonly string[]; readonly onWire: Readonly<Record<FlatWire, string>> }[] =
  [
    {
      names: ['max_tokens', 'max_completion_tokens', 'max_output_tokens'],
      onWire: {
        'openai-chat': 'max_tokens',
        'openai-responses': 'max_output_tokens',
        'openai-completions': 'max_tokens',
        'mistral-fim': 'max_tokens',
        'anthropic-messages': 'max_tokens',
      },
    },
    {
      names: ['stop', 'stop_sequences'],
      onWire: {
        'openai-chat': 'stop',
        'openai-responses': 'stop',
        'openai-completions': 'stop',
        'mistral-fim': 'stop',
        'anthropic-messages': 'stop_sequences',
      },
    },
  ];

/** Where a name is its own in all wires but one. */
const ONLY_IN_RESPONSES: Readonly<Record<string, string>> = { reasoning_effort: 'reasoning' };

/** Names under which a client may already have set what `name` sets, `name` included. */
export function synonymsOf(name: string): readonly string[] {
  return SYNONYMS.find((group) => group.names.includes(name))?.names ?? [name];
}

/** What a configured parameter is called on `wire`. OpenAI's own wire takes both names of the output limit. */
export function nameOnWire(name: string, wire: FlatWire): string {
  if (wire === 'openai-responses' && Object.hasOwn(ONLY_IN_RESPONSES, name)) return ONLY_IN_RESPONSES[name] ?? name;
  if (wire === 'openai-chat' && name === 'max_completion_tokens') return name;
  return SYNONYMS.find((group) => group.names.includes(name))?.onWire[wire] ?? name;
}

/** OpenAI's `stop` may be one text; Anthropic's is always a list. */
export function valueOnWire(name: string, value: unknown): unknown {
  if (name === 'reasoning' && typeof value === 'string') return { effort: value };
  return name === 'stop_sequences' && typeof value === 'string' ? [value] : value;
}
