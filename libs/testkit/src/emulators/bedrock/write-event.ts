import { crc32 } from 'node:zlib';
import type { StreamFormat } from '../server/vendor-wire';

const TEXT_TYPE = 7;

/** One message of AWS's event stream: prelude, headers, payload and both checksums. */
export function writeEvent(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const headerBytes = Buffer.concat(Object.entries(headers).map(([name, value]) => writeHeader(name, value)));
  const body = Buffer.from(payload, 'utf8');
  const total = 12 + headerBytes.length + body.length + 4;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(headerBytes.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headerBytes.copy(message, 12);
  body.copy(message, 12 + headerBytes.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - 4)), total - 4);
  return message;
}

export function modelEvent(type: string, document: object): Buffer {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return writeEvent(headers, JSON.stringify(document));
}

function exceptionEvent(type: string, message: string): Buffer {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
  return writeEvent(headers, JSON.stringify({ message }));
}

/** The exception that ends a stream, by its name in the API's reference. */
export function streamException(code = 'ModelStreamErrorException'): Buffer {
  return exceptionEvent(code.charAt(0).toLowerCase() + code.slice(1), `the emulated Bedrock stops here (${code})`);
}

/** A whole message in which one bit has changed on the way. */
function damagedEvent(): Buffer {
  const event = modelEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'x' } });
  event.writeUInt8(event.readUInt8(event.length - 8) ^ 1, event.length - 8);
  return event;
}

export const EVENT_STREAM: StreamFormat = {
  contentType: 'application/vnd.amazon.eventstream',
  malformedEvent: damagedEvent(),
};

function writeHeader(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name, 'utf8');
  const valueBytes = Buffer.from(value, 'utf8');
  const header = Buffer.alloc(nameBytes.length + 4);
  header.writeUInt8(nameBytes.length, 0);
  nameBytes.copy(header, 1);
  header.writeUInt8(TEXT_TYPE, nameBytes.length + 1);
  header.writeUInt16BE(valueBytes.length, nameBytes.length + 2);
  return Buffer.concat([header, valueBytes]);
}
