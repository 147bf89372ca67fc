import { CHAT_WIRES, type ChatRequest, type ContentPart, type Message } from '@gateway/domain';
import fc from 'fast-check';
import { CHAT_WIRE_CODECS } from '../codecs';

/** Wires of one prompt, without turns and tools. */
const PROMPTS: readonly string[] = ['bedrock-invoke', 'openai-completions', 'mistral-fim', 'replicate-predictions'];
const WIRES = CHAT_WIRES.filter((wire) => !PROMPTS.includes(wire));

const OPTIONS = { model: 'm', dropParams: false, defaultMaxOutputTokens: 4_096 };

interface Said {
  readonly message: Message;
  /** What must be in the body, in this order. */
  readonly words: readonly string[];
}

const someText = fc.string({ unit: 'binary', maxLength: 12 });
const someTurn = fc.record({
  question: someText,
  answer: someText,
  calls: fc.array(someText, { maxLength: 3 }),
  result: someText,
});

/** A conversation in which every text and argument is like no other. */
function conversation(
  turns: readonly { question: string; answer: string; calls: readonly string[]; result: string }[],
): Said[] {
  return turns.flatMap(({ question, answer, calls, result }, turn) => {
    const asked = `Q${turn}.${question}.`;
    const answered = `A${turn}.${answer}.`;
    const called = calls.map((value, call) => ({ id: `id${turn}x${call}`, value: `V${turn}.${call}.${value}.` }));
    const results = called.map(({ id }) => ({ id, text: `R${id}.${result}.` }));
    const said = (role: Message['role'], content: readonly ContentPart[], words: readonly string[]): Said => ({
      message: { role, content },
      words,
    });
    const asksFor = called.map(
      ({ id, value }): ContentPart => ({
        type: 'tool-call',
        id,
        name: 'look_up',
        argumentsText: JSON.stringify({ value }),
      }),
    );
    const gives = results.map(
      ({ id, text }): ContentPart => ({
        type: 'tool-result',
        toolCallId: id,
        content: [{ type: 'text', text }],
      }),
    );
    return [
      said('user', [{ type: 'text', text: asked }], [asked]),
      said(
        'assistant',
        [{ type: 'text', text: answered }, ...asksFor],
        [answered, ...called.map(({ value }) => value)],
      ),
      ...(gives.length === 0
        ? []
        : [
            said(
              'user',
              gives,
              results.map(({ text }) => text),
            ),
          ]),
    ];
  });
}

/** Every string of a body, in its order; arguments that are JSON in a string as the strings in them, too. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...(value.startsWith('{') ? stringsIn(parsed(value)) : [])];
  if (typeof value !== 'object' || value === null) return [];
  // A message's text and its calls are members side by side on some wires, in no order.
  const { content, ...others } = value as { readonly content?: unknown };
  return Array.isArray(value) ? value.flatMap(stringsIn) : [content, ...Object.values(others)].flatMap(stringsIn);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

it.each(WIRES)('B3 a conversation in %s has every text, call and result, in their order', (wire) => {
  fc.assert(
    fc.property(fc.array(someTurn, { minLength: 1, maxLength: 3 }), someText, (turns, instruction) => {
      const said = conversation(turns);
      const system = `S.${instruction}.`;
      const request: ChatRequest = {
        model: 'm',
        system: [{ type: 'text', text: system }],
        messages: [
          ...said.map(({ message }) => message),
          { role: 'user', content: [{ type: 'text', text: 'The end.' }] },
        ],
        tools: [{ name: 'look_up', inputSchema: { type: 'object' } }],
        stream: false,
        unmapped: {},
      };
      const { body, dropped } = CHAT_WIRE_CODECS[wire].encodeRequest(request, OPTIONS);
      expect(dropped).toEqual([]);
      const strings = stringsIn(JSON.parse(JSON.stringify(body)));
      const words = said.flatMap((one) => one.words);
      expect(strings.filter((text) => words.includes(text))).toEqual(words);
      expect(strings.some((text) => text.includes(system))).toBe(true);
    }),
  );
});
