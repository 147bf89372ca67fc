import fc from 'fast-check';
import { BodyCollector } from './body-collector';

describe('BodyCollector', () => {
  it('Property 1: request forwarding: a body in any pieces comes out whole, once', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 500 }),
        fc.array(fc.nat(500), { maxLength: 6 }),
        (body, cuts) => {
          const collector = new BodyCollector();
          const got: Buffer[] = [];
          collector.expect('e.1', body.length, (whole) => got.push(whole));
          const bounds = [0, ...cuts.map((cut) => cut % body.length), body.length].sort((a, b) => a - b);
          for (let index = 1; index < bounds.length; index += 1) {
            collector.piece('e.1', bounds[index - 1] ?? 0, body.subarray(bounds[index - 1], bounds[index]));
          }
          collector.piece('e.1', 0, body);
          expect(got).toEqual([Buffer.from(body)]);
        },
      ),
    );
  });

  it('leaves out pieces that are not the next one, too long, or of a request that was dropped', () => {
    const collector = new BodyCollector();
    const got: Buffer[] = [];
    collector.expect('e.1', 4, (whole) => got.push(whole));
    collector.piece('e.1', 2, Buffer.from('cd'));
    collector.piece('e.1', 0, Buffer.from('abcde'));
    collector.piece('e.2', 0, Buffer.from('abcd'));
    expect(got).toEqual([]);
    collector.drop('e.1');
    collector.piece('e.1', 0, Buffer.from('abcd'));
    expect(got).toEqual([]);
  });
});
