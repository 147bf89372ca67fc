import { isGatewayField } from '@gateway/providers';
import { nativeCodec } from '@gateway/wire-formats';
import { WISHES } from '../wishes/wish-table';

const LEAST = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const ACCESS = ['api_key', 'api_base', 'base_url', 'api_version'];

describe('A11 fields for the gateway in a native request', () => {
  it.each([...WISHES.map(({ field }) => field), ...ACCESS])('take %s, which no provider gets', (field) => {
    // What is in it is for its reader to check.
    expect(nativeCodec.validateRequest({ ...LEAST, [field]: 'whatever' })).toMatchObject({ ok: true });
    expect(isGatewayField(field)).toBe(true);
  });
});
