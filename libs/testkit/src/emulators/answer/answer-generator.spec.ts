import fc from 'fast-check';
import type { Answer } from './answer';
import { generateAnswer } from './answer-generator';
import type { Prompt } from './prompt';

const prompt = (overrides: Partial<Prompt> = {}): Prompt => ({
  systemText: '',
  lastUserText: 'Tell me about rivers',
  imageCount: 0,
  toolResults: [],
  tools: [],
  toolChoice: 'auto',
  parallelToolCalls: true,
  format: 'text',
  stopSequences: [],
  maxTokens: 1_000,
  reasoningTokens: 0,
  promptTokens: 4,
  ...overrides,
});

const textOf = (answer: Answer): string => answer.blocks.flatMap((block) => block.tokens).join('');
const namesOf = (answer: Answer): string[] =>
  answer.blocks.flatMap((block) => (block.type === 'tool-call' ? [block.name] : []));
const weather = { name: 'get_weather', schema: { type: 'object', properties: { city: { type: 'string' } } } };
const clock = { name: 'get_time', schema: { type: 'object' } };

describe('answer generator', () => {
  test('echoes the question, and the same question gets the same answer', () => {
    expect(textOf(generateAnswer(prompt(), 0))).toMatch(/^You said: Tell me about rivers\. \w+/);
    expect(generateAnswer(prompt(), 0)).toEqual(generateAnswer(prompt(), 0));
    expect(generateAnswer(prompt(), 1)).not.toEqual(generateAnswer(prompt(), 0));
  });

  test('says what else it was given', () => {
    const given = prompt({
      systemText: 'Be brief',
      imageCount: 2,
      toolResults: [{ name: 'get_weather', text: '21 degrees', isError: false }],
    });
    const text = textOf(generateAnswer(given, 0));
    expect(text).toMatch(
      /^Following "Be brief", I saw 2 images; the tool get_weather answered: 21 degrees; you said: Tell/,
    );
  });

  test('never exceeds max tokens, and counts what it gives', () => {
    const sizes = fc.record({
      maxTokens: fc.integer({ min: 1, max: 60 }),
      reasoningTokens: fc.nat(20),
      answerTokens: fc.nat(80),
    });
    fc.assert(
      fc.property(sizes, ({ maxTokens, reasoningTokens, answerTokens }) => {
        const answer = generateAnswer(prompt({ maxTokens, reasoningTokens }), 0, { answerTokens });
        const given = answer.reasoning.length + answer.blocks.reduce((sum, block) => sum + block.tokens.length, 0);
        expect(given).toBe(Math.min(maxTokens, reasoningTokens + answerTokens));
        expect(answer.completionTokens).toBe(given);
        expect(answer.finish.type).toBe(reasoningTokens + answerTokens > maxTokens ? 'length' : 'stop');
      }),
    );
  });

  test('stops before the first stop sequence and names it', () => {
    const answer = generateAnswer(prompt({ stopSequences: ['about', 'rivers'] }), 0);
    expect(textOf(answer)).toBe('You said: Tell me ');
    expect(answer.finish).toEqual({ type: 'stop-sequence', sequence: 'about' });
  });

  test('the user can ask for a length', () => {
    expect(generateAnswer(prompt({ lastUserText: 'please write 57 tokens' }), 0).completionTokens).toBe(57);
  });

  describe('tools', () => {
    const asking = (overrides: Partial<Prompt>) => generateAnswer(prompt({ tools: [weather, clock], ...overrides }), 0);

    test('are called when the user names them after "use"', () => {
      const answer = asking({ lastUserText: 'use get_time, then use get_weather for Paris' });
      expect(namesOf(answer)).toEqual(['get_weather', 'get_time']);
      expect(answer.finish).toEqual({ type: 'tool-calls' });
      expect(JSON.parse(answer.blocks[0]!.tokens.join(''))).toEqual({ city: expect.any(String) });
    });

    test.each([
      ['a longer name is another tool', { lastUserText: 'use get_weather_map' }, []],
      ['none forbids them', { lastUserText: 'use get_time', toolChoice: 'none' }, []],
      ['required takes the first', { toolChoice: 'required' }, ['get_weather']],
      ['a name forces that one', { toolChoice: { name: 'get_time' } }, ['get_time']],
      [
        'one at a time when told',
        { lastUserText: 'use get_time use get_weather', parallelToolCalls: false },
        ['get_weather'],
      ],
      [
        'not again once it has answered',
        { lastUserText: 'use get_time', toolResults: [{ name: 'get_time', text: 'noon', isError: false }] },
        [],
      ],
    ] as const)('%s', (_name, overrides, expected) => {
      expect(namesOf(asking(overrides))).toEqual(expected);
    });

    test('arguments are cut by max tokens like any text', () => {
      const answer = asking({ toolChoice: 'required', maxTokens: 2 });
      expect(textOf(answer)).toBe('{"');
      expect(answer.finish).toEqual({ type: 'length' });
    });
  });
});
