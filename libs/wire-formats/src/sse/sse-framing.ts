import type { StreamFraming } from '../stream-framing';
import { parseSseEvent } from './parse-sse-event';
import { SplitSseEvents } from './split-sse-events';

/** Server-sent events, as most providers stream. */
export const SSE_FRAMING: StreamFraming = {
  contentType: 'text/event-stream',
  createSplitter() {
    const splitter = new SplitSseEvents();
    return {
      push(chunk) {
        const events = [];
        for (const bytes of splitter.push(chunk)) {
          const event = parseSseEvent(bytes);
          if (event) events.push(event);
        }
        return events;
      },
      end() {
        splitter.end();
      },
    };
  },
};
