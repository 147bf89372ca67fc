import type { ContentPart, ImagePart, Message, ReasoningPart, TextPart, ToolResultPart } from '@gateway/domain';
import { parseClientToolCallId } from '../signed-tool-call-id';
import { decodeContent, type KeepUnmapped } from './decode-content';
import type { FunctionCallOutputItem, ItemBody, MessageItem, ReasoningItem } from './item-schema';
import { openReasoning } from './sealed-reasoning';

export interface DecodedItems {
  readonly system: readonly TextPart[];
  readonly messages: readonly Message[];
  /** The first of a message's items. */
  readonly messagePlaces: readonly string[];
}

/**
 * Items → messages. What the model said in one turn is several items here and one message in the hub, and so are the
 * results of parallel calls. Leading system (or developer) messages become `system`, later ones keep their place.
 */
export function decodeItems(input: string | readonly ItemBody[], keep: KeepUnmapped): DecodedItems {
  if (typeof input === 'string')
    return {
      system: [],
      messages: [{ role: 'user', content: [{ type: 'text', text: input }] }],
      messagePlaces: ['input'],
    };
  const conversation = new ConversationDecoder(keep);
  for (const [index, item] of input.entries()) conversation.add(item, `input[${index}]`);
  return conversation;
}

class ConversationDecoder implements DecodedItems {
  readonly system: TextPart[] = [];
  readonly messages: Message[] = [];
  readonly messagePlaces: string[] = [];
  private turn: ContentPart[] | null = null;
  private results: ToolResultPart[] | null = null;

  constructor(private readonly keep: KeepUnmapped) {}

  add(item: ItemBody, path: string): void {
    this.take(item, path);
    if (this.messagePlaces.length < this.messages.length) this.messagePlaces.push(path);
  }

  private take(item: ItemBody, path: string): void {
    switch (item.type) {
      case undefined:
      case null:
      case 'message':
        this.addMessage(item, path);
        break;
      case 'function_call':
        this.said([
          {
            type: 'tool-call',
            ...parseClientToolCallId(item.call_id),
            name: item.name,
            argumentsText: item.arguments,
          },
        ]);
        break;
      case 'function_call_output':
        this.addResult(item, path);
        break;
      case 'reasoning':
        this.said(decodeReasoning(item));
        break;
      default:
        this.keep(path, item);
    }
  }

  private addMessage(item: MessageItem, path: string): void {
    const content = decodeContent(item.content, `${path}.content`, this.keep);
    if (item.role === 'assistant') this.said(content);
    else if (item.role === 'user') this.open('user', content);
    else {
      const texts = content.filter((part) => part.type === 'text');
      if (this.messages.length === 0) this.system.push(...texts);
      else this.open('system', texts);
    }
  }

  private said(parts: readonly ContentPart[]): void {
    if (parts.length === 0) return;
    if (this.turn === null) {
      const turn: ContentPart[] = [];
      this.open('assistant', turn);
      this.turn = turn;
    }
    this.turn.push(...parts);
  }

  private addResult({ call_id: callId, output }: FunctionCallOutputItem, path: string): void {
    const content: (TextPart | ImagePart)[] = [];
    for (const part of decodeContent(output, `${path}.output`, this.keep)) {
      if (part.type === 'text' || part.type === 'image') content.push(part);
      else this.keep(`${path}.output`, output);
    }
    if (this.results === null) {
      const results: ToolResultPart[] = [];
      this.open('user', results);
      this.results = results;
    }
    this.results.push({ type: 'tool-result', toolCallId: parseClientToolCallId(callId).id, content });
  }

  private open(role: Message['role'], content: readonly ContentPart[]): void {
    this.turn = null;
    this.results = null;
    this.messages.push({ role, content });
  }
}

/** Nothing is left of reasoning that only its own provider can read and that has no summary. */
function decodeReasoning(item: ReasoningItem): ReasoningPart[] {
  const sealed = openReasoning(item.encrypted_content ?? '');
  const said = (item.content ?? []).map(({ text }) => text ?? '').filter((text) => text !== '');
  const texts = said.length > 0 ? said : (item.summary ?? []).map(({ text }) => text);
  const text = texts.join('\n\n');
  if (text === '' && sealed.signature === undefined && sealed.redactedData === undefined) return [];
  return [{ type: 'reasoning', text, ...sealed }];
}
