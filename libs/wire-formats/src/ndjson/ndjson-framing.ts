import type { StreamFraming } from '../stream-framing';
import { SplitLines } from './split-lines';

/** One JSON document a line. Events have no names; a last line without its end was cut off and is dropped. */
export const NDJSON_FRAMING: StreamFraming = {
  contentType: 'ndjson',
  createSplitter() {
    const splitter = new SplitLines();
    return {
      push: (chunk) => splitter.push(chunk).map((data) => ({ event: 'message', data })),
      end: () => void splitter.end(),
    };
  },
};
