import { type ClientWire, isOperation, isRecord, NATIVE_WIRE } from '@gateway/domain';

/**
 * Where the events of a wire can say what the answer cost, so that clients of it read on: as a member `gateway` of the
 * event that ends the answer. `gateway` is always the JSON text of that member's value.
 */
export interface CostPlace {
  /** Whether this event would have it if it were the last of its kind; `event` is whole, with its blank line. */
  isIn(event: string): boolean;
  /** Nothing of the answer comes after such an event. */
  readonly endsAnswer: boolean;
  put(event: string, gateway: string): string;
  /** An event of its own for a stream that had none to hold it, made in the likeness of its last one; empty for none. */
  make(last: string, gateway: string): string;
}

/** Null where the wire's streams have no place for it, or always say it. */
export function costPlaceOf(wire: ClientWire): CostPlace | null {
  return isOperation(wire) || wire === NATIVE_WIRE ? null : PLACES[wire];
}

/** OpenAI's own event without choices is that of the usage; clients that did not ask for it get one without usage. */
const IN_CHUNK: CostPlace = {
  endsAnswer: false,
  isIn: (event) => /"choices":\s*\[\s*\]/.test(event),
  put: putAtEnd,
  make(last, gateway) {
    const { id, object, created, model } = dataOf(last) ?? {};
    const head = JSON.stringify({ id, object, created, model, choices: [] });
    return `data: ${withMember(head, gateway)}\n\n`;
  },
};

const PLACES = {
  'openai-chat': IN_CHUNK,
  'openai-completions': IN_CHUNK,
  // In the response, which is all that OpenAI's libraries give at the end of a stream.
  'openai-responses': {
    endsAnswer: true,
    isIn: (event) => /"type":\s*"response\.(completed|incomplete|failed)"/.test(event),
    put(event, gateway) {
      const data = dataOf(event);
      if (data === null || !isRecord(data.response)) return event;
      const response = withMember(JSON.stringify(data.response), gateway);
      const { response: _, ...head } = data;
      const start = event.indexOf('{');
      return `${event.slice(0, start)}${JSON.stringify(head).slice(0, -1)},"response":${response}}\n\n`;
    },
    make: () => '',
  },
  'anthropic-messages': {
    endsAnswer: true,
    isIn: (event) => /"type":\s*"message_delta"/.test(event),
    put: putAtEnd,
    make: () => '',
  },
  'gemini-generate': {
    endsAnswer: false,
    isIn: (event) => event.includes('"finishReason"'),
    put: putAtEnd,
    make: (_last, gateway) => `data: {"gateway":${gateway}}\n\n`,
  },
} satisfies Partial<Record<ClientWire, CostPlace>>;

/** The whole answer with the member at its end, its other bytes as they were; itself when it is no JSON object. */
export function withCostIn(document: string | Uint8Array, gateway: string): string | Uint8Array {
  const text = typeof document === 'string' ? document : Buffer.from(document).toString('utf8');
  return text.trimStart().startsWith('{') ? withMember(text, gateway) : document;
}

function putAtEnd(event: string, gateway: string): string {
  return withMember(event, gateway);
}

/** Behind the last member of the object that ends the text. */
function withMember(text: string, gateway: string): string {
  const end = text.lastIndexOf('}');
  if (end < 0) return text;
  const before = text.slice(0, end).trimEnd();
  const comma = before.endsWith('{') ? '' : ',';
  return `${before}${comma}"gateway":${gateway}${text.slice(end)}`;
}

function dataOf(event: string): Record<string, unknown> | null {
  const start = event.indexOf('{');
  if (start < 0) return null;
  try {
    const data: unknown = JSON.parse(event.slice(start));
    return isRecord(data) ? data : null;
  } catch {
    return null;
  }
}
