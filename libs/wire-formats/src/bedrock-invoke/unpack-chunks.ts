import type { StreamPacking } from '@gateway/domain';
import { AWS_EVENT_STREAM_FRAMING } from '../aws-event-stream/event-stream-framing';
import { parseEventData } from '../sse/parse-event-data';
import { readChunk } from './read-chunk';

/** How the events of a wire are taken out of a container that a provider sends them in. */
export interface StreamUnpacking {
  /** What the content type of the container contains. */
  readonly contentType: string;
  /** Bytes of the container in, server-sent events out, as the wire has them; one per stream, and any chunking will do. */
  createUnpacker(): (chunk: Buffer) => Buffer;
}

export const STREAM_PACKINGS: Readonly<Record<StreamPacking, StreamUnpacking>> = {
  'aws-chunks': {
    contentType: AWS_EVENT_STREAM_FRAMING.contentType,
    createUnpacker() {
      const splitter = AWS_EVENT_STREAM_FRAMING.createSplitter();
      return (chunk) => {
        const pieces: Buffer[] = [];
        for (const event of splitter.push(chunk)) {
          const document = readChunk(event);
          if (document !== null) pieces.push(...serverSentEvent(document));
        }
        return Buffer.concat(pieces);
      };
    },
  },
};

const DATA = Buffer.from('data: ');
const END = Buffer.from('\n\n');

const LINE_FEED = 0x0a;
/** Every maker that names its events does it first. */
const TYPE_FIRST = /^\{"type":"([a-z_]{1,60})"/;
const MOST_TYPE_BYTES = 80;

/** The maker's document stays byte by byte, unless it is more than a line. Where it says its type, that is the event's name. */
function serverSentEvent(document: Buffer): Buffer[] {
  const [, type] = TYPE_FIRST.exec(document.toString('latin1', 0, MOST_TYPE_BYTES)) ?? [];
  if (type !== undefined && !document.includes(LINE_FEED))
    return [Buffer.from(`event: ${type}\n`), DATA, document, END];
  const data = parseEventData(document.toString('utf8'));
  return [Buffer.from(`event: ${String(data.type ?? 'message')}\ndata: ${JSON.stringify(data)}\n\n`)];
}
