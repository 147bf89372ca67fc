import { foldParts } from '../cross-wire/__fixtures__/fold-parts';
import { eventsOf } from '../cross-wire/__fixtures__/read-stream';
import { openaiChatCodec } from './codec';

const thinking = (text: string) => ({ type: 'thinking', thinking: [{ type: 'text', text }] });
const text = (words: string) => ({ type: 'text', text: words });
const chunk = (delta: object, more: object = {}) => ({
  id: 'x',
  model: 'magistral',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const STREAM = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: [thinking('Let me ')] }),
  chunk({ content: [thinking('see.')] }),
  chunk({ content: [text('It '), { type: 'reference', reference_ids: [1] }] }),
  chunk({ content: 'is.' }),
  { ...chunk({ content: '' }, { finish_reason: 'stop' }), usage: { prompt_tokens: 1, completion_tokens: 2 } },
];
const bytes = Buffer.from(`${STREAM.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')}data: [DONE]\n\n`);
const WHOLE = {
  id: 'x',
  model: 'magistral',
  extra: 1,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: [thinking('Let me see.'), text('It is.')] },
      finish_reason: 'stop',
    },
  ],
};
const BLOCKS = [
  { kind: 'reasoning', text: 'Let me see.' },
  { kind: 'text', text: 'It is.' },
];

describe('B3 content as a list of chunks (Mistral’s reasoning models)', () => {
  it('is thoughts and text in the hub, streamed or whole', () => {
    const decoder = openaiChatCodec.createStreamDecoder();
    const parts = STREAM.flatMap((one) => decoder.push({ event: 'message', data: JSON.stringify(one) }));
    parts.push(...decoder.push({ event: 'message', data: '[DONE]' }), ...decoder.end());
    expect(foldParts(parts).blocks).toEqual(BLOCKS);
    expect(foldParts(openaiChatCodec.decodeResponse(WHOLE)).blocks).toEqual(BLOCKS);
  });

  it('is relayed as clients of the wire know it, everything else as it is', () => {
    const relay = openaiChatCodec.createStreamRelay({ model: 'ours', wantsUsage: true });
    const relayed = eventsOf(bytes).map((event) => Buffer.from(relay.push(event)).toString());
    const deltas = relayed.flatMap((event) => {
      if (event === '') return [];
      const document = JSON.parse(event.slice('data: '.length)) as (typeof STREAM)[number];
      expect(document.model).toBe('ours');
      return document.choices.map(({ delta }) => delta);
    });
    expect(deltas.slice(1, 5)).toEqual([
      { content: null, reasoning_content: 'Let me ' },
      { content: null, reasoning_content: 'see.' },
      { content: 'It ' },
      { content: 'is.' },
    ]);
    expect([relay.isComplete, relay.hasContent, relay.generatedBytes]).toEqual([true, true, 17]);
    const whole = openaiChatCodec.relayResponse(Buffer.from(JSON.stringify(WHOLE)), {
      model: 'ours',
      wantsUsage: true,
    });
    expect(JSON.parse(Buffer.from(whole.bytes).toString())).toMatchObject({
      model: 'ours',
      extra: 1,
      choices: [{ message: { role: 'assistant', content: 'It is.', reasoning_content: 'Let me see.' } }],
    });
  });

  it('gives calls the type that Mistral leaves out', () => {
    const call = { id: 'abcDEF123', function: { name: 'f', arguments: '{}' }, index: 0 };
    const relay = openaiChatCodec.createStreamRelay({ model: 'ours', wantsUsage: true });
    const event = `data: ${JSON.stringify(chunk({ content: '', tool_calls: [call] }, { finish_reason: 'tool_calls' }))}\n\n`;
    const relayed = Buffer.from(relay.push(Buffer.from(event))).toString();
    expect(JSON.parse(relayed.slice('data: '.length))).toMatchObject({
      choices: [{ delta: { tool_calls: [{ ...call, type: 'function' }] } }],
    });
    const choices = [{ index: 0, message: { content: '', tool_calls: [call] }, finish_reason: 'tool_calls' }];
    const whole = openaiChatCodec.relayResponse(Buffer.from(JSON.stringify({ ...WHOLE, choices })), {
      model: 'ours',
      wantsUsage: true,
    });
    expect(JSON.parse(Buffer.from(whole.bytes).toString())).toMatchObject({
      choices: [{ message: { tool_calls: [{ ...call, type: 'function' }] } }],
    });
  });
});
