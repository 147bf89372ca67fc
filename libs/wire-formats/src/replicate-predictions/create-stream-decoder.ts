import type { StreamPart, Usage } from '@gateway/domain';
import type { StreamDecoder } from '../chat-wire-codec';
import { MalformedResponse } from '../malformed-response';
import type { SseEvent } from '../sse/sse-event';
import { predictionError, predictionOf, startOf, usageOf } from './prediction';

export function createStreamDecoder(): StreamDecoder {
  return new PredictionStreamDecoder();
}

/**
 * `output` events of text, an `error` or not, and `done`. Events called `prediction` are our own: the work as it was
 * begun and as it ended, which the stream says nothing of.
 */
class PredictionStreamDecoder implements StreamDecoder {
  private isStarted = false;
  private hasText = false;
  private isDone = false;
  private usage: Usage | null = null;

  push({ event, data }: SseEvent): StreamPart[] {
    switch (event) {
      case 'prediction':
        return this.onPrediction(data);
      case 'output':
        return this.isDone ? [] : [...this.start({}), ...this.text(data)];
      case 'error':
        throw predictionError(data);
      case 'done':
        this.onDone(data);
        return [];
      default:
        return []; // logs and news
    }
  }

  end(): StreamPart[] {
    if (!this.isDone) throw new MalformedResponse('the stream ended before the prediction was done');
    return [
      ...this.start({}),
      ...(this.hasText ? [] : this.text('')),
      { type: 'text-end', choice: 0, block: 0 },
      { type: 'finish', choice: 0, reason: { unified: 'stop', raw: null } },
      ...(this.usage === null ? [] : [{ type: 'usage' as const, usage: this.usage }]),
    ];
  }

  private onPrediction(data: string): StreamPart[] {
    const prediction = predictionOf(parse(data));
    this.usage = usageOf(prediction) ?? this.usage;
    return this.start(prediction);
  }

  private start(prediction: Readonly<Record<string, unknown>>): StreamPart[] {
    if (this.isStarted) return [];
    this.isStarted = true;
    return [startOf(prediction)];
  }

  private text(text: string): StreamPart[] {
    const delta: StreamPart = { type: 'text-delta', choice: 0, block: 0, text };
    if (this.hasText) return [delta];
    this.hasText = true;
    return [{ type: 'text-start', choice: 0, block: 0 }, delta];
  }

  private onDone(data: string): void {
    const { reason } = parse(data) as { readonly reason?: unknown };
    if (reason !== undefined) throw predictionError(reason);
    this.isDone = true;
  }
}

function parse(data: string): object {
  try {
    const document: unknown = JSON.parse(data);
    return typeof document === 'object' && document !== null ? document : {};
  } catch (cause) {
    throw new MalformedResponse('the provider sent something that is not JSON', { cause });
  }
}
