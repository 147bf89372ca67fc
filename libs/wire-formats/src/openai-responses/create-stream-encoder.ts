import type { StreamPart } from '@gateway/domain';
import type { EncodeContext, StreamEncoder } from '../chat-wire-codec';
import type { OutputBlock } from './output-item';
import { type EventSink, placeOf, ResponseWriter } from './response-writer';
import { responsesEvent } from './sse-event-text';

const DELTA_TYPE: Readonly<Record<OutputBlock['kind'], string>> = {
  text: 'response.output_text.delta',
  refusal: 'response.refusal.delta',
  reasoning: 'response.reasoning_summary_text.delta',
  'tool-call': 'response.function_call_arguments.delta',
};

export function createStreamEncoder(context: EncodeContext): StreamEncoder {
  return new ResponsesStreamEncoder(context);
}

class ResponsesStreamEncoder implements StreamEncoder, EventSink {
  private readonly writer: ResponseWriter;
  private text = '';
  private sequence = 0;
  /** All of a block's delta events are alike but for the piece and the number. */
  private head = '';
  private headOf: OutputBlock | null = null;

  constructor(context: EncodeContext) {
    this.writer = new ResponseWriter(context, this);
  }

  push(part: StreamPart): string {
    this.writer.push(part);
    return this.take();
  }

  end(): string {
    this.writer.end();
    return this.take();
  }

  event(type: string, fields: Record<string, unknown>): void {
    this.text += responsesEvent(type, { ...fields, sequence_number: this.sequence });
    this.sequence += 1;
  }

  delta(block: OutputBlock, text: string, logprobs: readonly unknown[]): void {
    if (this.headOf !== block) {
      const type = DELTA_TYPE[block.kind];
      this.head = `event: ${type}\ndata: ${JSON.stringify({ type, ...placeOf(block) }).slice(0, -1)},`;
      this.headOf = block;
    }
    const tokens = block.kind === 'text' ? `"logprobs":${JSON.stringify(logprobs)},` : '';
    this.text += `${this.head}${tokens}"delta":${JSON.stringify(text)},"sequence_number":${this.sequence}}\n\n`;
    this.sequence += 1;
  }

  private take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}
