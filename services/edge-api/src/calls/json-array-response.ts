import { parseSseEvent, SplitSseEvents } from '@gateway/wire-formats';
import { ClientResponse, type ResponseHeaders } from './client-response';

/** Nothing that a provider or this gateway writes as one event is larger. */
const MAX_EVENT_BYTES = 64 * 1024 * 1024;

/**
 * A stream of events as one JSON array, an element for each: what Google's API answers where nobody asked for events.
 * White space between elements keeps a quiet one open.
 */
export class JsonArrayResponse extends ClientResponse {
  private readonly splitter = new SplitSseEvents(MAX_EVENT_BYTES);
  private hasElements = false;

  override beginStream(headers: ResponseHeaders): void {
    super.beginStream(headers, 'application/json; charset=utf-8');
  }

  override write(bytes: Uint8Array | string): boolean {
    return super.write(this.elementsOf(bytes));
  }

  override endStream(last: string): void {
    const elements = this.elementsOf(last);
    super.endStream(`${elements}${this.hasElements ? ']' : '[]'}`);
  }

  private elementsOf(bytes: Uint8Array | string): string {
    let text = '';
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes as Uint8Array);
    for (const event of this.splitter.push(chunk)) {
      const data = parseSseEvent(event)?.data;
      if (data === undefined) text += '\n';
      else {
        text += `${this.hasElements ? ',\r\n' : '['}${data}`;
        this.hasElements = true;
      }
    }
    return text;
  }
}
