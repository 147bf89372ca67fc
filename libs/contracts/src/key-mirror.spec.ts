import fc from 'fast-check';
import { decodeKeyMirror, encodeKeyMirror, type KeyMirror, keyMirrorName } from './key-mirror';

const mirrors: fc.Arbitrary<KeyMirror> = fc.record(
  {
    keyHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    keyAlias: fc.string(),
    userId: fc.string(),
    teamId: fc.string(),
    models: fc.array(fc.string()),
    expiresAtUnixMs: fc.maxSafeNat(),
    revokedAtUnixMs: fc.maxSafeNat(),
  },
  { requiredKeys: ['keyHash', 'models', 'expiresAtUnixMs', 'revokedAtUnixMs'] },
);

describe('key mirror', () => {
  it('E1 any entry reads back as it was written', () => {
    fc.assert(fc.property(mirrors, (mirror) => expect(decodeKeyMirror(encodeKeyMirror(mirror))).toEqual(mirror)));
  });

  it('E1 any other text reads as no entry, never as a key', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => expect(decodeKeyMirror(text)).toBeNull()));
  });

  it.each(['keyHash', 'models', 'expiresAtUnixMs', 'revokedAtUnixMs'])(
    'E1 an entry without %s is no entry',
    (field) => {
      const entry: Record<string, unknown> = { keyHash: 'a', models: ['m'], expiresAtUnixMs: 0, revokedAtUnixMs: 0 };
      delete entry[field];
      expect(decodeKeyMirror(JSON.stringify(entry))).toBeNull();
    },
  );

  it('keeps two gateways on one Redis apart', () => {
    expect(keyMirrorName('gw', 'ab')).toBe('gw:key:ab');
    expect(keyMirrorName('other', 'ab')).not.toBe(keyMirrorName('gw', 'ab'));
  });
});
