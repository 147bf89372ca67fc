import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { signAwsCall } from './sign-aws-call';

/** What AWS's own signer wants for a hash. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = typeof secret === 'string' ? secret : secret && Buffer.from(secret as Uint8Array);
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
  reset(): void {}
}

/** AWS's own signer resolves segments of dots, which no model's name is. */
const segment = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .filter((text) => !/^\.+$/.test(text))
  .map(encodeURIComponent);
const token = fc.stringMatching(/^[A-Za-z0-9/+=]{1,40}$/);
const calls = fc.record({
  host: fc.constantFrom('bedrock-runtime.us-east-1.amazonaws.com', '127.0.0.1:8443'),
  segments: fc.array(segment, { minLength: 1, maxLength: 4 }),
  query: fc.dictionary(fc.stringMatching(/^[a-zA-Z._~!*'() -]{1,8}$/), fc.string({ unit: 'binary', maxLength: 8 }), {
    maxKeys: 3,
  }),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,12}$/), fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/), {
    maxKeys: 4,
  }),
  body: fc.uint8Array({ maxLength: 200 }),
  credentials: fc.record(
    { accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/), secretAccessKey: token, sessionToken: token },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1'),
  nowUnixMs: fc.integer({ min: 1.5e12, max: 2.5e12 }),
});

describe('B5 a signature', () => {
  it('is always the one AWS’s own library makes', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async ({ host, segments, query, headers, body, credentials, region, nowUnixMs }) => {
        const path = `/${segments.join('/')}`;
        const search = new URLSearchParams(query).toString();
        const ours = signAwsCall(
          {
            method: 'POST',
            origin: `https://${host}`,
            path: search === '' ? path : `${path}?${search}`,
            headers,
            body,
          },
          { credentials, region, service: 'bedrock', nowUnixMs },
        );
        const signer = new SignatureV4({
          service: 'bedrock',
          region,
          credentials,
          sha256: Sha256,
          applyChecksum: false,
        });
        const request = {
          method: 'POST',
          protocol: 'https:',
          hostname: host,
          path,
          query,
          headers: { ...headers, host },
        };
        const theirs = await signer.sign({ ...request, body }, { signingDate: new Date(nowUnixMs) });
        expect({ ...ours, host }).toEqual(theirs.headers);
      }),
      { numRuns: 300 },
    );
  });

  it('covers neither what proxies change nor a credential that was there before', () => {
    const scope = {
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
      region: 'us-east-1',
      service: 'bedrock',
      nowUnixMs: 0,
    };
    const call = { method: 'POST', origin: 'https://h', path: '/', body: new Uint8Array() };
    const headers = { 'user-agent': 'us', traceparent: '00', authorization: 'Bearer x', accept: '*/*' };
    const { authorization } = signAwsCall({ ...call, headers }, scope);
    expect(authorization).toContain('SignedHeaders=accept;host;x-amz-date,');
  });
});
