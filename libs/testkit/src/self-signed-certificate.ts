import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A new RSA key and a certificate for it, signed by itself, both in one PEM text; `passphrase` encrypts the key. */
export function selfSignedCertificate(passphrase?: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    // Begins with a one, so that it is neither negative nor too long.
    tagged(0x02, Buffer.concat([Buffer.from([1]), createHash('sha256').update(spki).digest().subarray(0, 8)])),
    SHA256_WITH_RSA,
    NAME,
    sequence(time('20200101000000Z'), time('21200101000000Z')),
    NAME,
    spki,
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  const der = sequence(body, SHA256_WITH_RSA, signature);
  const certificate = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return certificate + privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString();
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...members: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(members));
}

function time(text: string): Buffer {
  return tagged(0x18, Buffer.from(text));
}

const SHA256_WITH_RSA = sequence(tagged(0x06, Buffer.from('2a864886f70d01010b', 'hex')), tagged(0x05, Buffer.alloc(0)));
const COMMON_NAME = sequence(tagged(0x06, Buffer.from('550403', 'hex')), tagged(0x0c, Buffer.from('gateway')));
const NAME = sequence(tagged(0x31, COMMON_NAME));
