import fc from 'fast-check';
import { FieldCipher } from './field-cipher';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const other = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 1);

describe('FieldCipher', () => {
  it('B5 always opens what it encrypted for the same row, also after a change of keys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), key, fc.string(), (plain, bytes, row) => {
        const field = new FieldCipher(bytes).encrypt(plain, row);
        expect(new FieldCipher(bytes).decrypt(field, row)).toBe(plain);
        const later = new FieldCipher(other(bytes), [bytes]);
        expect(later.decrypt(field, row)).toBe(plain);
        expect(later.encrypt(plain, row).keyId).toBe(later.presentKeyId);
        expect(later.presentKeyId).not.toBe(field.keyId);
      }),
    );
  });

  it('B5 never opens for another row, with another key, or with one bit changed', () => {
    fc.assert(
      fc.property(fc.string(), key, fc.nat(), (plain, bytes, position) => {
        const cipher = new FieldCipher(bytes);
        const field = cipher.encrypt(plain, 'credential:a');
        expect(cipher.decrypt(field, 'credential:b')).toBeNull();
        expect(new FieldCipher(other(bytes)).decrypt(field, 'credential:a')).toBeNull();
        expect(
          new FieldCipher(other(bytes)).decrypt({ ...field, keyId: idOf(other(bytes)) }, 'credential:a'),
        ).toBeNull();
        const flipped = Uint8Array.from(field.bytes);
        const at = position % (flipped.length * 8);
        flipped[at >> 3]! ^= 1 << (at & 7);
        expect(cipher.decrypt({ ...field, bytes: flipped }, 'credential:a')).toBeNull();
      }),
    );
  });

  it.each([new Uint8Array(0), new Uint8Array(27)])('B5 never opens %j', (bytes) => {
    const cipher = new FieldCipher(new Uint8Array(32));
    expect(cipher.decrypt({ keyId: cipher.presentKeyId, bytes }, 'r')).toBeNull();
  });

  it('takes keys of 32 bytes only', () => {
    expect(() => new FieldCipher(new Uint8Array(31))).toThrow('32 bytes');
    expect(() => new FieldCipher(new Uint8Array(32), [new Uint8Array(16)])).toThrow('32 bytes');
  });
});

function idOf(bytes: Uint8Array): string {
  return new FieldCipher(bytes).presentKeyId;
}
