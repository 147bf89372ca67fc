import { randomUUID } from 'node:crypto';
import type { FinishReason, StreamPart, Usage } from '@gateway/domain';
import type { ChatAdapter, ProviderResponseHead } from '@gateway/provider-kit';
import {
  type FrameSplitter,
  MalformedResponse,
  type ProviderWireCodec,
  type StreamDecoder,
} from '@gateway/wire-formats';
import type { AnswerReader } from './answer-reader';
import { encodeParts } from './encode-parts';
import { WholeBody } from './whole-body';

/** What both readers learn from the parts they pass on. */
class PartObserver {
  hasContent = false;
  usage: Usage | null = null;
  finishReason: FinishReason | null = null;
  generatedBytes = 0;

  protected observe(part: StreamPart): void {
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        this.hasContent ||= part.text !== '';
        this.generatedBytes += Buffer.byteLength(part.text);
        break;
      case 'tool-call-start':
        this.hasContent = true;
        this.generatedBytes += part.name.length;
        break;
      case 'tool-call-delta':
        this.generatedBytes += Buffer.byteLength(part.argumentsText);
        break;
      case 'finish':
        this.hasContent = true;
        this.finishReason ??= part.reason;
        break;
      case 'usage':
        this.usage = part.usage;
        break;
      default:
    }
  }
}

/** The wires differ, streamed: provider events → parts. */
export class TranslatedStreamReader extends PartObserver implements AnswerReader {
  readonly encoding = 'parts';
  private readonly splitter: FrameSplitter;
  private readonly decoder: StreamDecoder;

  constructor(codec: ProviderWireCodec) {
    super();
    this.splitter = codec.framing.createSplitter();
    this.decoder = codec.createStreamDecoder();
  }

  push(chunk: Buffer): Uint8Array[] {
    const parts: StreamPart[] = [];
    for (const event of this.splitter.push(chunk)) parts.push(...this.decoder.push(event));
    return this.send(parts);
  }

  end(): Uint8Array[] {
    this.splitter.end();
    return this.send(this.decoder.end());
  }

  private send(parts: readonly StreamPart[]): Uint8Array[] {
    for (const part of parts) this.observe(part);
    return encodeParts(parts.map(stampStart));
  }
}

/** The wires differ, whole answer: the same parts a stream would have given. */
export class TranslatedBodyReader extends PartObserver implements AnswerReader {
  readonly encoding = 'parts';
  private readonly body = new WholeBody();

  private usageOfHead: Usage | null = null;

  constructor(
    private readonly codec: ProviderWireCodec,
    private readonly usageIn?: ChatAdapter['usageIn'],
  ) {
    super();
  }

  onHead(head: ProviderResponseHead): void {
    this.usageOfHead = this.usageIn?.(head) ?? null;
  }

  push(chunk: Buffer): Uint8Array[] {
    this.body.push(chunk);
    return [];
  }

  end(): Uint8Array[] {
    const parts = this.codec.decodeResponse(parseJson(this.body.bytes()));
    const ofHead = parts.some(({ type }) => type === 'usage') ? null : this.usageOfHead;
    if (ofHead !== null) parts.push({ type: 'usage', usage: ofHead });
    for (const part of parts) this.observe(part);
    this.hasContent = true;
    return encodeParts(parts.map(stampStart));
  }
}

/** Not every provider says when an answer was made, or names it; clients expect to be told. */
function stampStart(part: StreamPart): StreamPart {
  if (part.type !== 'response-start' || (part.createdUnixS > 0 && part.id !== '')) return part;
  return {
    ...part,
    id: part.id || `gen-${randomUUID()}`,
    createdUnixS: part.createdUnixS || Math.floor(Date.now() / 1000),
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new MalformedResponse('the answer is not JSON', { cause: error });
  }
}
