import type { StreamPart } from '@gateway/domain';
import type { EncodeContext, StreamEncoder } from '../chat-wire-codec';
import { encodeUsage } from '../openai-chat/convert-usage';
import { STREAM_TERMINATOR } from '../openai-chat/create-stream-encoder';
import { completionFrame, echoedPrompt } from './completion-frame';
import { encodeFinishReason } from './finish-reason';

export function createStreamEncoder(context: EncodeContext): StreamEncoder {
  return new CompletionStreamEncoder(context);
}

/** Text as it comes; thoughts have no place on this wire. */
class CompletionStreamEncoder implements StreamEncoder {
  private head: string;
  /** Where usage is asked for, every chunk before the last says that it has none. */
  private readonly tail: string;
  private hasFinished = false;
  private readonly echoed = new Set<number>();

  constructor(private readonly context: EncodeContext) {
    this.tail = context.wantsUsage ? `],"usage":null}\n\n` : ']}\n\n';
    this.head = this.headOf({ id: '', createdUnixS: 0 });
  }

  push(part: StreamPart): string {
    switch (part.type) {
      case 'response-start':
        this.head = this.headOf(part);
        return '';
      case 'text-delta':
      case 'refusal-delta':
        return part.text === '' ? '' : this.echo(part.choice) + this.chunk(part.choice, part.text);
      case 'finish':
        this.hasFinished = true;
        return this.echo(part.choice) + this.chunk(part.choice, '', encodeFinishReason(part.reason));
      case 'usage':
        return this.context.wantsUsage ? `${this.head}],"usage":${JSON.stringify(encodeUsage(part.usage))}}\n\n` : '';
      default:
        return '';
    }
  }

  end(): string {
    if (!this.hasFinished) throw new Error('a stream without a finish must end in an error, not in a terminator');
    return STREAM_TERMINATOR;
  }

  private echo(choice: number): string {
    const prompt = echoedPrompt(this.context);
    if (prompt === '' || this.echoed.has(choice)) return '';
    this.echoed.add(choice);
    return this.chunk(choice, prompt);
  }

  private chunk(index: number, text: string, finishReason: string | null = null): string {
    const choice = { text, index, logprobs: null, finish_reason: finishReason };
    return `${this.head}${JSON.stringify(choice)}${this.tail}`;
  }

  private headOf(start: { readonly id: string; readonly createdUnixS: number }): string {
    return `data: ${JSON.stringify(completionFrame(start, this.context)).slice(0, -1)},"choices":[`;
  }
}
