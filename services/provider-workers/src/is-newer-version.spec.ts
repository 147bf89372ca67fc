import { isNewerVersion } from './is-newer-version';

describe('isNewerVersion', () => {
  it.each([
    ['2-aaa', '1-fff', true],
    ['10-aaa', '9-aaa', true],
    ['1-fff', '1-aaa', false],
    ['1-aaa', '2-aaa', false],
    ['1-aaa', '', true],
    ['', '1-aaa', false],
    ['', '', false],
  ])('L3 %s after %s: %s', (one, other, newer) => {
    expect(isNewerVersion(one, other)).toBe(newer);
  });
});
