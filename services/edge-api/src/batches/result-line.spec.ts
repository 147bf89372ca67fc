import { answeredLine, unansweredLine } from './result-line';

const REQUEST = 'a1b2-c3';
const read = (line: Uint8Array) => {
  const text = Buffer.from(line).toString('utf8');
  expect(text.indexOf('\n')).toBe(text.length - 1);
  return JSON.parse(text) as { response: { body: unknown } };
};

describe('A6 lines of results', () => {
  it.each([
    ['as it came', '{"big":12345678901234567890,"é":"\\n"}', '{"big":12345678901234567890,"é":"\\n"}'],
    ['on one line', '{\n  "a": [1,\r\n 2]\n}', '{"a":[1,2]}'],
    ['as a text when it is no JSON', '<html>\n"no"</html>', '"<html>\\n\\"no\\"</html>"'],
    ['as a text when it is empty', '', '""'],
  ])('hold an answer %s', (_how, body, written) => {
    const line = answeredLine('id "1"\n', { requestId: REQUEST, status: 200, body: Buffer.from(body) });
    expect(read(line)).toMatchObject({
      id: 'batch_req_a1b2c3',
      custom_id: 'id "1"\n',
      response: { status_code: 200, request_id: REQUEST },
      error: null,
    });
    expect(Buffer.from(line).toString('utf8')).toContain(`"body":${written}}`);
  });

  it('say why there is no answer', () => {
    expect(read(unansweredLine('x', REQUEST, { code: 'batch_expired', message: 'Too "late"' }))).toEqual({
      id: 'batch_req_a1b2c3',
      custom_id: 'x',
      response: null,
      error: { code: 'batch_expired', message: 'Too "late"' },
    });
  });
});
