import fc from 'fast-check';
import { isPublicAddress } from './public-address';

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.127.255.255',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '64:ff9b::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    'localhost',
    '',
    '127.1',
    '0x7f.1',
    '2130706433',
    '::ffff:127.1',
  ])('E7 %j is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    'E7 %j is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('E7 an IPv4 address is judged alike however it is written inside an IPv6 one', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const octets = address.split('.').map((part) => Number(part));
        const hex = octets.map((octet) => octet.toString(16).padStart(2, '0')).join('');
        const mapped = `::ffff:${hex.slice(0, 4)}:${hex.slice(4)}`;
        expect(isPublicAddress(mapped)).toBe(isPublicAddress(octets.join('.')));
      }),
    );
  });
});
