import fc from 'fast-check';
import { readClientFrame } from './client-frame';
import { ConversationState } from './conversation-state';
import { TurnAnswer } from './turn-answer';

describe('A11 what a client says in its connection', () => {
  it('is a message or a cancel, or is complained about, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readClientFrame(text);
        if (!read.ok) expect(['invalid_json', 'invalid_request']).toContain(read.error.code);
      }),
    );
  });

  it.each([
    ['{', undefined],
    ['[]', undefined],
    ['{"type":"talk"}', 'type'],
    ['{"content":"Hi"}', 'type'],
    ['{"type":"message"}', 'content'],
    ['{"type":"message","messages":"Hi"}', 'messages'],
    ['{"type":"message","messages":[],"content":"Hi"}', 'content'],
  ])('is refused with the field named: %s', (text, param) => {
    const read = readClientFrame(text);
    expect(read.ok ? 'taken' : read.error.param).toBe(param);
  });

  it('takes bare content for a user’s message', () => {
    expect(readClientFrame('{"type":"message","content":"Hi","model":"m"}')).toEqual({
      ok: true,
      frame: { type: 'message', messages: [{ role: 'user', content: 'Hi' }], fields: { model: 'm' } },
    });
    expect(readClientFrame('{"type":"cancel"}')).toEqual({ ok: true, frame: { type: 'cancel' } });
  });
});

describe('A11 a conversation', () => {
  const turn = fc.record({
    said: fc.string(),
    fields: fc.dictionary(fc.constantFrom('model', 'user', 'tools'), fc.option(fc.nat(9), { nil: null })),
    isAnswered: fc.boolean(),
  });

  it('is all turns that were answered, and holds what was said last of each field', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 8 }), (turns) => {
        const state = new ConversationState();
        let messages: unknown[] = [];
        let fields: Record<string, unknown> = {};
        for (const { said, fields: given, isAnswered } of turns) {
          const proposed = state.propose({ messages: [said], fields: given });
          const wanted: Record<string, unknown> = { ...fields, ...given };
          for (const name of Object.keys(wanted)) if (wanted[name] === null) delete wanted[name];
          expect(JSON.parse(proposed.body.toString())).toEqual({ ...wanted, messages: [...messages, said] });
          if (!isAnswered) continue;
          proposed.keep({ answer: said });
          messages = [...messages, said, { answer: said }];
          fields = wanted;
        }
      }),
    );
  });
});

describe('A11 the answer to a turn', () => {
  const scene = () => {
    const frames: unknown[] = [];
    const endings: boolean[] = [];
    const sink = { isOpen: true, send: (frame: string) => frames.push(JSON.parse(frame)) > 0 };
    return { frames, endings, sink, answer: new TurnAnswer(sink, 3, (isWhole) => endings.push(isWhole)) };
  };

  it('has a frame for each event, and none for comments, however they are joined', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), fc.nat(6), (tokens, at) => {
        const { frames, endings, answer } = scene();
        const events = tokens.map((token) => `data: ${JSON.stringify({ token })}\n\n`);
        answer.beginStream({ 'x-request-id': 'r', 'x-gateway-deployment': 'd' });
        answer.write(events.slice(0, at).join(''));
        answer.write(': keep-alive\n\n');
        answer.write(Buffer.from(events.slice(at).join('')));
        answer.endStream('data: {"done":true}\n\n');
        answer.endStream('data: {"done":true}\n\n');
        expect(frames).toEqual([
          { turn: 3, start: true, request_id: 'r', deployment: 'd' },
          ...tokens.map((token) => ({ turn: 3, token })),
          { turn: 3, done: true },
        ]);
        expect(endings).toEqual([true]);
      }),
    );
  });

  it('ends once, whatever comes after', () => {
    const { frames, endings, answer } = scene();
    let gone = 0;
    answer.onGone(() => {
      gone += 1;
    });
    answer.breakStream('data: {"error":{}}\n\n');
    answer.leave();
    answer.json(200, '{"late":true}');
    answer.write('data: {"late":true}\n\n');
    expect([frames, endings, gone]).toEqual([[{ turn: 3, error: {} }], [false], 0]);
  });

  it('is nobody’s once its client left', () => {
    const { frames, endings, sink, answer } = scene();
    let gone = 0;
    answer.onGone(() => {
      gone += 1;
    });
    sink.isOpen = false;
    expect([answer.isAbandoned, answer.isGone]).toEqual([true, true]);
    answer.leave();
    answer.leave();
    expect([frames, endings, gone, answer.isAbandoned]).toEqual([[], [false], 1, false]);
  });
});
