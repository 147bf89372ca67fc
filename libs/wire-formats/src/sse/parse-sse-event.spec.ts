import { leadingDataStart, parseSseEvent } from './parse-sse-event';

const parse = (text: string) => parseSseEvent(Buffer.from(text));

describe('B3 reading one event', () => {
  it.each([
    ['data: x\n\n', 'message', 'x'],
    ['data:x\n\n', 'message', 'x'],
    ['data:  x\n\n', 'message', ' x'],
    ['data: x', 'message', 'x'],
    ['data: x\r\n\r\n', 'message', 'x'],
    ['data: x\r\r', 'message', 'x'],
    ['data: a\ndata: b\n\n', 'message', 'a\nb'],
    ['data: a\ndata\ndata: b\n\n', 'message', 'a\n\nb'],
    ['event: error\ndata: x\n\n', 'error', 'x'],
    ['data: x\nevent:error\n\n', 'error', 'x'],
    ['event:\ndata: x\n\n', 'message', 'x'],
    ['id: 1\nretry: 5\nother: 2\ndata: x\n\n', 'message', 'x'],
    [': note\ndata: x\n\n', 'message', 'x'],
    ['data: x\n: note\n\n', 'message', 'x'],
    ['data:\n\n', 'message', ''],
    ['data: é漢\n\n', 'message', 'é漢'],
    ['data: a: b\n\n', 'message', 'a: b'],
  ])('%j', (text, event, data) => {
    expect(parse(text)).toEqual({ event, data });
  });

  it.each([': comment\n\n', 'id: 7\n\n', 'event: ping\n\n', 'database: 1\n\n'])('%j carries no data', (text) => {
    expect(parse(text)).toBeNull();
  });

  it.each([
    ['data: x', 6],
    ['data:x', 5],
    ['event: x', -1],
    ['dat', -1],
  ])('finds where the data of %j begins', (text, start) => {
    expect(leadingDataStart(Buffer.from(text))).toBe(start);
  });
});
