import { isGatewayException } from '@gateway/domain';
import { deleteKeysBody, generateKeyBody, parseWith } from './key-requests';

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isGatewayException(error)) return error.detail;
    throw error;
  }
  return null;
}

describe('bodies of the key routes', () => {
  it('E1 an unknown field is refused with the nearest one there is', () => {
    expect(refusal(() => parseWith(generateKeyBody, { key_alais: 'a' }))).toMatchObject({
      param: 'key_alais',
      message: expect.stringContaining("'key_alias'"),
    });
  });

  it('D4 a budget that would not be kept is refused, never ignored', () => {
    expect(refusal(() => parseWith(generateKeyBody, { max_budget: 5 }))).toMatchObject({ param: 'max_budget' });
  });

  it.each([
    [{ duration: 'forever' }, 'duration'],
    [{ models: 'gpt' }, 'models'],
    [{ models: [1] }, 'models.0'],
    [{ key: 'not-sk' }, 'key'],
    [{ key: 'sk-short' }, 'key'],
    [[], undefined],
    ['text', undefined],
  ])('E1 %j is refused at %s', (body, param) => {
    expect(refusal(() => parseWith(generateKeyBody, body))).toMatchObject({ code: 'invalid_request' });
    expect(refusal(() => parseWith(generateKeyBody, body))?.param).toBe(param);
  });

  it('E1 no body at all makes a plain key', () => {
    expect(parseWith(generateKeyBody, undefined)).toEqual({});
  });

  it('E1 a deletion names at least one key', () => {
    expect(refusal(() => parseWith(deleteKeysBody, { keys: [] }))?.message).toContain('at least one key');
  });
});
