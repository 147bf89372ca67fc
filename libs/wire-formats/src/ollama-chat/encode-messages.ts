import type { ChatRequest, ContentPart, ImagePart, Message, TextPart, ToolResultPart } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';
import { toolInputOf } from '../tool-input';

type Body = Record<string, unknown>;

/**
 * Hub conversation → Ollama's messages: a text, images beside it, calls with their arguments as objects. Results of tools
 * are messages of their own and name the tool; newer servers also look at the call's id.
 */
export function encodeMessages(request: ChatRequest, losses: ParameterLosses): Body[] {
  const encoder = new MessageEncoder(losses);
  const system = request.system.length > 0 ? [{ role: 'system', content: joined(request.system) }] : [];
  return [...system, ...request.messages.flatMap((message, index) => encoder.encode(message, index))];
}

class MessageEncoder {
  readonly #nameOfCall = new Map<string, string>();

  constructor(private readonly losses: ParameterLosses) {}

  encode(message: Message, index: number): Body[] {
    if (message.role === 'system') return [{ role: 'system', content: joined(message.content.filter(isText)) }];
    return message.role === 'assistant' ? [this.#encodeAssistant(message)] : this.#encodeUser(message, index);
  }

  /** Thoughts that carry a proof are another provider's. */
  #encodeAssistant({ content }: Message): Body {
    const thinking = content.flatMap((part) => (part.type === 'reasoning' && !part.signature ? [part.text] : []));
    const calls = content.filter((part) => part.type === 'tool-call');
    for (const { id, name } of calls) this.#nameOfCall.set(id, name);
    return {
      role: 'assistant',
      content: joined(content.filter((part) => part.type === 'text' || part.type === 'refusal')),
      ...(thinking.some((text) => text !== '') && { thinking: thinking.join('') }),
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ id, name, argumentsText }) => ({
          id,
          function: { name, arguments: toolInputOf(argumentsText) },
        })),
      }),
    };
  }

  /** Results directly follow the calls; images in them go into the user's message after. */
  #encodeUser({ content }: Message, index: number): Body[] {
    const results = content.filter((part) => part.type === 'tool-result');
    const texts = content.filter(isText);
    const images = [...results.flatMap((result) => result.content.filter(isImage)), ...content.filter(isImage)];
    const data = images.flatMap((image) => this.#encodeImage(image, index));
    if (content.some((part) => part.type === 'document')) {
      this.losses.reportMessage(index, 'Ollama takes text and images, no documents.');
    }
    const bodies = results.map((result) => this.#encodeResult(result));
    if (results.length === 0 || texts.length > 0 || data.length > 0) {
      bodies.push({ role: 'user', content: joined(texts), ...(data.length > 0 && { images: data }) });
    }
    return bodies;
  }

  #encodeResult(result: ToolResultPart): Body {
    const name = this.#nameOfCall.get(result.toolCallId);
    return {
      role: 'tool',
      content: joined(result.content.filter(isText)),
      ...(name !== undefined && { tool_name: name }),
      tool_call_id: result.toolCallId,
    };
  }

  #encodeImage({ source }: ImagePart, index: number): string[] {
    if (source.kind === 'base64') return [source.data];
    this.losses.reportMessage(index, 'Ollama takes images as base64 data, not by their URL.');
    return [];
  }
}

function joined(parts: readonly { readonly text: string }[]): string {
  return parts.map(({ text }) => text).join('\n');
}

function isText(part: ContentPart): part is TextPart {
  return part.type === 'text';
}

function isImage(part: ContentPart): part is ImagePart {
  return part.type === 'image';
}
