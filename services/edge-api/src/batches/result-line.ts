import type { LineAnswer } from './line-answer';

const LINE_FEED = 0x0a;

/** A line of the output or the error file, as OpenAI writes them, with its end. */
export function answeredLine(customId: string, { requestId, status, body }: LineAnswer): Buffer {
  const head = `{"id":${idOf(requestId)},"custom_id":${JSON.stringify(customId)},"response":{"status_code":${status},"request_id":${JSON.stringify(requestId)},"body":`;
  return Buffer.concat([Buffer.from(head), onOneLine(body), Buffer.from('},"error":null}\n')]);
}

/** A line that was never answered. `requestId`: any that is new. */
export function unansweredLine(customId: string, requestId: string, error: { code: string; message: string }): Buffer {
  const { code, message } = error;
  return Buffer.from(
    `{"id":${idOf(requestId)},"custom_id":${JSON.stringify(customId)},"response":null,"error":${JSON.stringify({ code, message })}}\n`,
  );
}

function idOf(requestId: string): string {
  return `"batch_req_${requestId.replaceAll('-', '')}"`;
}

/** The answer's own bytes where they are JSON on one line; else the same value, or its text. */
function onOneLine(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    return bytes.includes(LINE_FEED) ? Buffer.from(JSON.stringify(value)) : bytes;
  } catch {
    return Buffer.from(JSON.stringify(text));
  }
}
