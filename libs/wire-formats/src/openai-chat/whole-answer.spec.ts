import { isMalformedResponse, isProviderStreamError } from '../malformed-response';
import { decodeResponse } from './decode-response';
import { encodeResponse } from './encode-response';
import { relayResponse } from './relay-response';

const OPTIONS = { model: 'ours', wantsUsage: false };
const relay = (text: string) => {
  const { bytes, ...rest } = relayResponse(Buffer.from(text), OPTIONS);
  return { text: Buffer.from(bytes).toString(), ...rest };
};

const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 9,
  model: 'theirs',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'say "model":"theirs"',
        refusal: null,
        reasoning_content: 'hm',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x"' } },
          { id: 'a', type: 'function', function: { name: 'g', arguments: '{}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: {
    prompt_tokens: 4,
    completion_tokens: 2,
    total_tokens: 6,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  },
};

describe('A1 a whole chat answer', () => {
  it('is relayed byte for byte but for the model, usage included', () => {
    const text = JSON.stringify(ANSWER, null, 2);
    expect(relay(text)).toEqual({
      text: text.replace('"model": "theirs"', '"model": "ours"'),
      usage: expect.objectContaining({ promptTokens: 4, completionTokens: 2, raw: ANSWER.usage }) as unknown,
      finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
    });
  });

  it('needs no model, no usage and no finish reason', () => {
    const text = '{"choices":[{"message":{"content":"x"}}],"extra":{"model":"y"}}';
    expect(relay(text)).toEqual({ text, usage: null, finishReason: null });
  });

  it('decodes to parts and back to the same answer', () => {
    const back = encodeResponse(decodeResponse(ANSWER), { model: 'theirs', wantsUsage: false });
    expect(back).toEqual(ANSWER);
  });

  it('decodes every choice', () => {
    const choices = ['a', 'b'].map((content) => ({ message: { content }, finish_reason: 'stop' }));
    const texts = decodeResponse({ ...ANSWER, choices }).flatMap((part) =>
      part.type === 'text-delta' ? [[part.choice, part.text]] : [],
    );
    expect(texts).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
  });

  it('lists choices in their order, whichever came first', () => {
    const texts = [1, 0].map((choice) => ({ type: 'text-delta' as const, choice, block: 0, text: `${choice}` }));
    expect(encodeResponse(texts, OPTIONS)).toMatchObject({ choices: [{ index: 0 }, { index: 1 }] });
  });

  it.each([
    ['nothing said', [], { content: '', refusal: null }],
    [
      'a refusal',
      [{ type: 'refusal-delta' as const, choice: 0, block: 0, text: 'no' }],
      { content: null, refusal: 'no' },
    ],
  ])('writes %s the way clients expect', (_name, parts, message) => {
    const finish = { type: 'finish' as const, choice: 0, reason: { unified: 'pause' as const, raw: 'pause_turn' } };
    expect(encodeResponse([...parts, finish], OPTIONS)).toMatchObject({
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    });
  });

  it.each([
    '',
    'no',
    '[]',
    'null',
    '{}',
    '{"choices":[]}',
    '{"choices":{}}',
    '{"choices":[{}]}',
    '{"choices":[{"message":"x"}]}',
  ])('calls %j malformed, relayed or decoded', (text) => {
    expect(isMalformedResponse(thrownBy(() => relay(text)))).toBe(true);
    if (text !== '' && text !== 'no')
      expect(isMalformedResponse(thrownBy(() => decodeResponse(JSON.parse(text))))).toBe(true);
  });

  it('reports an error under a 2xx status', () => {
    const thrown = thrownBy(() => relay('{"error":{"message":"m","code":429}}'));
    expect(isProviderStreamError(thrown) && thrown.failure).toMatchObject({ class: 'rate-limited', status: 429 });
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
