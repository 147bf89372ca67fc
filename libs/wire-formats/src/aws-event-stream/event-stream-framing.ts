import { MalformedResponse } from '../malformed-response';
import type { SseEvent } from '../sse/sse-event';
import type { StreamFraming } from '../stream-framing';
import { type EventStreamMessage, readMessage } from './read-message';
import { SplitEventStreamMessages } from './split-messages';

/** In front of an exception's name, so that it is never taken for an event's: `!throttlingException`. */
export const EXCEPTION_MARK = '!';

/** Amazon's binary event stream (`vnd.amazon.eventstream`), checksums checked. An event's text is its payload. */
export const AWS_EVENT_STREAM_FRAMING: StreamFraming = {
  contentType: 'application/vnd.amazon.eventstream',
  createSplitter() {
    const splitter = new SplitEventStreamMessages();
    return {
      push: (chunk) => splitter.push(chunk).map((message) => eventOf(readMessage(message))),
      end: () => undefined,
    };
  },
};

/** Three kinds of messages: events and modelled exceptions have a payload, errors say all in their headers. */
function eventOf({ headers, payload }: EventStreamMessage): SseEvent {
  const data = payload.toString('utf8');
  switch (headers.get(':message-type')) {
    case 'event':
      return { event: headers.get(':event-type') ?? '', data };
    case 'exception':
      return { event: EXCEPTION_MARK + (headers.get(':exception-type') ?? 'unknown'), data };
    case 'error': {
      const message = headers.get(':error-message') ?? '';
      return { event: EXCEPTION_MARK + (headers.get(':error-code') ?? 'unknown'), data: JSON.stringify({ message }) };
    }
    default:
      throw new MalformedResponse('an event does not say what kind of message it is');
  }
}
