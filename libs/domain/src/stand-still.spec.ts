import fc from 'fast-check';
import { StandStill } from './stand-still';

it('passes over the tick after a stand-still, and never two in a row', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1 }), (gapsMs) => {
      const standStill = new StandStill(100, 0);
      let nowMs = 0;
      let before = false;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        const passes = standStill.passes(nowMs);
        expect(passes).toBe(gapMs > 100 && !before);
        before = passes;
      }
    }),
  );
});
