import { type FinishReason, isRecord, type StreamPart } from '@gateway/domain';
import type { StreamDecoder } from '../chat-wire-codec';
import { MalformedResponse } from '../malformed-response';
import { parseEventData } from '../sse/parse-event-data';
import type { SseEvent } from '../sse/sse-event';
import { BlockWriter } from './block-writer';
import { decodeCitation } from './citations';
import { decodeLogprobs } from './decode-logprobs';
import { responseStart, sayContent } from './decode-response';
import { decodeUsage } from './decode-usage';
import { finishReasonOf, refuseFailedEnd } from './finish-reason';

/** Some servers of this wire end as OpenAI's do. */
const DONE = '[DONE]';

type Fields = Readonly<Record<string, unknown>>;

export function createStreamDecoder(): StreamDecoder {
  return new CohereStreamDecoder();
}

/**
 * Events `message-start`, contents, citations, plan and calls, `message-end`; kinds nobody knows yet are left out. A
 * content's end is passed over: citations of it may follow, and what follows them closes it.
 */
class CohereStreamDecoder implements StreamDecoder {
  readonly #writer = new BlockWriter();
  #hasStarted = false;
  #isOver = false;

  push({ data }: SseEvent): StreamPart[] {
    if (data === '' || data === DONE) return [];
    const event = parseEventData(data);
    if (this.#isOver) throw new MalformedResponse('the stream went on after its end');
    const opening = this.#hasStarted ? [] : this.#start(event);
    return [...opening, ...this.#take(event)];
  }

  end(): StreamPart[] {
    if (!this.#isOver) throw new MalformedResponse('the stream ended before it said why');
    return [];
  }

  #start(event: Fields): StreamPart[] {
    if (typeof event.type !== 'string') throw new MalformedResponse('the stream began with something that is no event');
    this.#hasStarted = true;
    return [responseStart(event.id)];
  }

  #take(event: Fields): StreamPart[] {
    const delta = fieldsOf(event.delta);
    const message = fieldsOf(delta.message);
    switch (event.type) {
      case 'content-start':
        return [
          ...this.#writer.close(),
          ...(isRecord(message.content) ? sayContent(this.#writer, message.content) : []),
        ];
      case 'citation-start':
        return this.#writer.cite(decodeCitation(message.citations));
      case 'content-delta':
        if (!isRecord(message.content)) return [];
        return sayContent(this.#writer, message.content, decodeLogprobs([event.logprobs]));
      case 'tool-plan-delta':
        return typeof message.tool_plan === 'string' ? this.#writer.say('text', message.tool_plan) : [];
      case 'tool-call-start':
        return this.#writer.call(message.tool_calls);
      case 'tool-call-delta':
        return this.#writer.argue(fieldsOf(fieldsOf(message.tool_calls).function).arguments);
      case 'tool-call-end':
        return this.#writer.close();
      case 'message-end':
        return this.#finish(delta);
      default:
        return [];
    }
  }

  #finish(delta: Fields): StreamPart[] {
    refuseFailedEnd(delta);
    if (typeof delta.finish_reason !== 'string') throw new MalformedResponse('the stream did not say why it ended');
    const reason: FinishReason = finishReasonOf(delta.finish_reason);
    this.#isOver = true;
    const usage = decodeUsage(delta.usage);
    return [
      ...this.#writer.close(),
      { type: 'finish', choice: 0, reason },
      ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
    ];
  }
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}
