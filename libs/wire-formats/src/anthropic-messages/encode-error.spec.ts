import { ERROR_TABLE, type ErrorCode } from '@gateway/domain';
import { anthropicMessagesCodec } from './codec';

const { encodeError, encodeStreamError, keepAlive } = anthropicMessagesCodec;

describe('A8 errors for Anthropic clients', () => {
  it.each(Object.keys(ERROR_TABLE) as ErrorCode[])('writes %s in the wire’s own shape', (code) => {
    expect(encodeError({ code, message: 'No.' }, 'req_1')).toEqual({
      type: 'error',
      error: { type: ERROR_TABLE[code].anthropicType, message: 'No.' },
      request_id: 'req_1',
    });
  });

  it('names the field once', () => {
    const messageOf = (message: string) =>
      encodeError({ code: 'invalid_request', message, param: 'messages[0].role' }, 'r');
    expect(messageOf('must be x')).toMatchObject({ error: { message: 'messages[0].role: must be x' } });
    expect(messageOf('messages[0].role: no')).toMatchObject({ error: { message: 'messages[0].role: no' } });
  });

  it('ends a stream with one error event and no message_stop', () => {
    expect(encodeStreamError({ code: 'stream_interrupted', message: 'cut\noff' }, 'r')).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"cut\\noff"},"request_id":"r"}\n\n',
    );
  });

  it('keeps a stream open with the ping the API itself sends', () => {
    expect(keepAlive).toBe('event: ping\ndata: {"type": "ping"}\n\n');
  });
});
