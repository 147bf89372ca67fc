import { estimateTokensFromBytes, type StreamPart, type Usage } from '@gateway/domain';
import type { EncodeContext, StreamEncoder } from '../chat-wire-codec';
import { AnnotationWriter } from '../openai-chat/annotation-writer';
import { encodeUsage } from '../openai-chat/convert-usage';
import { encodeFinishReason } from '../openai-chat/map-finish-reason';
import { ThinkingWriter } from '../openai-chat/thinking-blocks';
import { clientToolCallId } from '../signed-tool-call-id';
import { countedUsage, encodeCost, inUsd } from './encode-cost';
import { generatedBytesOf } from './generated-bytes';

type Fields = Readonly<Record<string, unknown>>;

export function createStreamEncoder(context: EncodeContext): StreamEncoder {
  return new NativeStreamEncoder(context);
}

/**
 * An event for each piece of the answer, with what it cost so far by our own count; the last one says what it did cost.
 * Pieces have the names of a message's members in OpenAI's stream, but for `token`: a piece of text.
 */
class NativeStreamEncoder implements StreamEncoder {
  private start: Pick<Extract<StreamPart, { type: 'response-start' }>, 'id' | 'model' | 'createdUnixS'> | null = null;
  private generatedBytes = 0;
  private finishReason: string | null = null;
  private usage: Usage | null = null;
  private readonly annotations = new AnnotationWriter();
  private readonly thinking = new ThinkingWriter();
  /** Block → place among the answer's calls. */
  private readonly calls = new Map<number, number>();

  constructor(private readonly context: EncodeContext) {}

  push(part: StreamPart): string {
    this.generatedBytes += generatedBytesOf(part);
    switch (part.type) {
      case 'response-start':
        this.start = part;
        return '';
      case 'usage':
        this.usage = part.usage;
        return '';
      case 'finish':
        this.finishReason ??= encodeFinishReason(part.reason);
        return '';
      default:
        return this.piece(part) + this.asides(part);
    }
  }

  end(): string {
    if (this.finishReason === null) throw new Error('a stream without a finish must end in an error');
    const { start, usage, context } = this;
    const { meter } = context;
    const counted = countedUsage(usage, meter, estimateTokensFromBytes(this.generatedBytes));
    const cost = encodeCost(meter, counted);
    return eventOf({
      done: true,
      total_cost_usd: cost.actual_usd,
      id: start?.id ?? '',
      created: start?.createdUnixS ?? 0,
      model: context.model,
      model_version: start?.model || null,
      finish_reason: this.finishReason,
      usage: usage === null ? null : encodeUsage(usage),
      cost,
    });
  }

  private piece(part: Exclude<StreamPart, { type: 'response-start' | 'usage' | 'finish' }>): string {
    switch (part.type) {
      case 'text-delta':
        return part.text === '' ? '' : this.told({ token: part.text });
      case 'reasoning-delta':
        return part.text === '' ? '' : this.told({ reasoning_content: part.text });
      case 'refusal-delta':
        return part.text === '' ? '' : this.told({ refusal: part.text });
      case 'tool-call-start': {
        const index = this.calls.size;
        this.calls.set(part.block, index);
        const called = { name: part.name, arguments: '' };
        return this.told({ tool_calls: [{ index, id: clientToolCallId(part), type: 'function', function: called }] });
      }
      case 'tool-call-delta': {
        const index = this.calls.get(part.block);
        if (index === undefined) throw new Error('tool-call-delta for a block that was not started');
        return this.told({ tool_calls: [{ index, function: { arguments: part.argumentsText } }] });
      }
      default:
        return '';
    }
  }

  /** What stands beside the words of a message. */
  private asides(part: Extract<StreamPart, { readonly block: number }>): string {
    const block = this.thinking.take(part);
    const annotations = this.annotations.take(part);
    return (
      (block === null ? '' : this.told({ thinking_blocks: [block] })) +
      (annotations.length === 0 ? '' : this.told({ annotations }))
    );
  }

  private told(piece: Fields): string {
    const nanoUsd = this.context.meter?.soFarNanoUsd(this.generatedBytes) ?? null;
    const flag = nanoUsd === null ? { unknown: true } : { estimated: true };
    return eventOf({ ...piece, cost_usd: inUsd(nanoUsd), ...flag });
  }
}

function eventOf(data: Fields): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
