import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { environmentLookup, resolveSecret } from './resolve-secret';
import { isSealed, openSecret, sealSecret } from './seal-secret';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('sealed secrets', () => {
  it('E2 always open with the same key and deployment, and never show the plain text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: 'binary' }), key, fc.string(), (plain, keyBytes, deployment) => {
        const sealed = sealSecret(plain, keyBytes, deployment);
        expect(isSealed(sealed)).toBe(true);
        expect(sealed).not.toContain(plain);
        expect(openSecret(sealed, keyBytes, deployment)).toBe(plain);
      }),
    );
  });

  it('E2 never open with another key, for another deployment, or with one bit changed', () => {
    fc.assert(
      fc.property(fc.string(), key, fc.nat(), (plain, keyBytes, position) => {
        const sealed = sealSecret(plain, keyBytes, 'a');
        const bytes = Buffer.from(sealed.slice('sealed:v1:'.length), 'base64');
        const at = position % (bytes.length * 8);
        bytes[at >> 3]! ^= 1 << (at & 7);
        const otherKey = Uint8Array.from(keyBytes, (byte) => byte ^ 1);
        expect(openSecret(`sealed:v1:${bytes.toString('base64')}`, keyBytes, 'a')).toBeNull();
        expect(openSecret(sealed, otherKey, 'a')).toBeNull();
        expect(openSecret(sealed, keyBytes, 'b')).toBeNull();
      }),
    );
  });

  it('differ each time, so that equal keys cannot be recognised', () => {
    const keyBytes = randomBytes(32);
    expect(sealSecret('sk-same', keyBytes, 'a')).not.toBe(sealSecret('sk-same', keyBytes, 'a'));
  });

  it.each(['', 'sealed:v1:', 'sealed:v1:AAAA', 'sealed:v2:AAAA', 'sk-plain'])('never open from %j', (text) => {
    expect(openSecret(text, randomBytes(32), 'a')).toBeNull();
  });
});

describe('resolveSecret', () => {
  const encryptionKey = randomBytes(32);
  const lookUp = environmentLookup({ OPENAI_API_KEY: 'sk-live', EMPTY: '' });
  const context = { lookUp, encryptionKey, deploymentId: 'a' };

  it('B1 looks a reference up in the environment', () => {
    expect(resolveSecret('os.environ/OPENAI_API_KEY', context)).toEqual({ ok: true, value: 'sk-live' });
  });

  it.each(['MISSING', 'EMPTY'])('B6 says which variable is not set: %s', (name) => {
    expect(resolveSecret(`os.environ/${name}`, context)).toEqual({ ok: false, reason: `${name} is not set` });
  });

  it('opens a sealed value, and says why it cannot', () => {
    const sealed = sealSecret('sk-inside', encryptionKey, 'a');
    expect(resolveSecret(sealed, context)).toEqual({ ok: true, value: 'sk-inside' });
    expect(resolveSecret(sealed, { ...context, encryptionKey: undefined })).toMatchObject({ ok: false });
    expect(resolveSecret(sealed, { ...context, encryptionKey: randomBytes(32) })).toMatchObject({ ok: false });
    const later = { ...context, encryptionKey: randomBytes(32), olderEncryptionKeys: [randomBytes(32), encryptionKey] };
    expect(resolveSecret(sealed, later)).toEqual({ ok: true, value: 'sk-inside' });
  });

  it('takes plain text as it is', () => {
    expect(resolveSecret('2023-06-01', context)).toEqual({ ok: true, value: '2023-06-01' });
  });
});
