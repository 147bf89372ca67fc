import type { KeepAnswer } from './admitted-request';
import type { ClientOutput, ResponseHeaders } from './client-response';

type Fields = Record<string, unknown>;

/** The events that hold a whole response, of which a stream has one, at its end. */
const LAST_EVENTS = ['event: response.completed\n', 'event: response.incomplete\n'];
const LONGEST_NAME = 30;
const DATA = '\ndata: ';

/**
 * The client's end of an answer that is to be stored. All of it passes but the last: the document, or the event that
 * holds it, waits until it is stored, so that whoever has it can go on from it at once, through any edge.
 */
export class KeptOutput implements ClientOutput {
  private held: (Uint8Array | string)[] = [];

  constructor(
    private readonly client: ClientOutput,
    private readonly keep: KeepAnswer,
  ) {}

  beginStream(headers: ResponseHeaders, contentType?: string): void {
    this.client.beginStream(headers, contentType);
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.held.length === 0 && !isLast(bytes)) return this.client.write(bytes);
    this.held.push(bytes);
    return true;
  }

  endStream(last: string): void {
    const text = this.held.map(textOf).join('') + last;
    void this.replaceIn(text, isLast(text) ? text.indexOf(DATA) + DATA.length : -1).then((stored) =>
      this.client.endStream(stored),
    );
  }

  json(status: number, document: string | Uint8Array, headers: ResponseHeaders, contentType?: string): void {
    void this.replaceIn(textOf(document), 0).then((stored) => this.client.json(status, stored, headers, contentType));
  }

  /** The text with its answer as it was stored; the JSON begins at `start`, -1 is nowhere. Never rejects. */
  private async replaceIn(text: string, start: number): Promise<string> {
    if (start < 0) return text;
    try {
      const data = JSON.parse(text.slice(start)) as Fields;
      if (start === 0) return JSON.stringify(await this.keep(data));
      const response = await this.keep(data.response as Fields);
      return `${text.slice(0, start)}${JSON.stringify({ ...data, response })}\n\n`;
    } catch {
      // Not what it should be: the client may still make something of it.
      return text;
    }
  }
}

function isLast(bytes: Uint8Array | string): boolean {
  const start = textOf(bytes.slice(0, LONGEST_NAME));
  return LAST_EVENTS.some((event) => start.startsWith(event));
}

function textOf(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
