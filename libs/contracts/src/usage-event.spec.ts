import { decodeUsageEvents, encodeUsageEvents, type UsageEvent } from './usage-event';

const event = (requestId: string): UsageEvent => ({
  requestId,
  source: 'worker',
  principal: { keyHash: 'ab' },
  requestedModel: 'm\nwith a line break',
  wire: 'openai-chat',
  stream: false,
});

describe('usage events', () => {
  it('D3 survive as lines, whatever text they hold', () => {
    const events = [event('a'), event('b')];
    expect(decodeUsageEvents(encodeUsageEvents(events))).toEqual({ events, tornBytes: 0 });
  });

  it('D3 a line torn by a crash is left out and reported; the lines before it count', () => {
    const whole = encodeUsageEvents([event('a')]);
    const torn = Buffer.concat([whole, encodeUsageEvents([event('b')]).subarray(0, 10)]);
    expect(decodeUsageEvents(torn)).toEqual({ events: [event('a')], tornBytes: 10 });
    expect(decodeUsageEvents(Buffer.from('half'))).toEqual({ events: [], tornBytes: 4 });
  });
});
