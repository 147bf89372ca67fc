import type {
  ChatRequest,
  ContentPart,
  DocumentPart,
  ImagePart,
  Message,
  ReasoningPart,
  TextPart,
} from '@gateway/domain';
import { webAddressOf } from '../web-citation';
import { encodeAnnotation } from './annotations';
import { sealReasoning } from './sealed-reasoning';

type Item = Record<string, unknown>;

/** Messages → items: what the model said in one turn, and the results of its calls, are one item each. */
export function encodeItems(request: ChatRequest): Item[] {
  const keepsReasoning = request.clientWire === 'openai-responses';
  return request.messages.flatMap((message) =>
    message.role === 'assistant' ? encodeTurn(message, keepsReasoning) : encodeUser(message),
  );
}

/** Neighbouring texts and refusals are one message; everything keeps its order. */
function encodeTurn({ content }: Message, keepsReasoning: boolean): Item[] {
  const items: Item[] = [];
  let said: Item[] | null = null;
  for (const part of content) {
    if (part.type === 'text' || part.type === 'refusal') {
      if (said === null) {
        said = [];
        items.push({ type: 'message', role: 'assistant', content: said });
      }
      said.push(part.type === 'text' ? encodeSaid(part) : { type: 'refusal', refusal: part.text });
      continue;
    }
    said = null;
    if (part.type === 'tool-call')
      items.push({ type: 'function_call', call_id: part.id, name: part.name, arguments: part.argumentsText });
    else if (part.type === 'reasoning' && keepsReasoning) items.push(encodeReasoning(part));
  }
  return items;
}

/** Files of other providers are unknown here, so that only what cites pages goes back. */
function encodeSaid({ text, citations = [] }: TextPart): Item {
  const annotations = citations
    .filter((citation) => webAddressOf(citation) !== null)
    .map((citation) => encodeAnnotation(citation, text.length));
  return { type: 'output_text', text, ...(annotations.length > 0 && { annotations }) };
}

/** Results directly follow the calls, so they come before the rest. */
function encodeUser({ role, content }: Message): Item[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const said = content.flatMap(encodePart);
  const items: Item[] = results.map((result) => ({
    type: 'function_call_output',
    call_id: result.toolCallId,
    output: encodeOutput(result.content),
  }));
  if (said.length > 0 || results.length === 0) items.push({ type: 'message', role, content: said });
  return items;
}

function encodeOutput(content: readonly ContentPart[]): unknown {
  const [only] = content;
  if (content.length === 0) return '';
  return content.length === 1 && only?.type === 'text' && only.text !== '' ? only.text : content.flatMap(encodePart);
}

function encodePart(part: ContentPart): Item[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'input_text', text: part.text }];
    case 'image':
      return [encodeImage(part)];
    case 'document':
      return [encodeFile(part)];
    default:
      return [];
  }
}

function encodeImage({ source, detail }: ImagePart): Item {
  return {
    type: 'input_image',
    image_url: source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`,
    ...(detail !== undefined && { detail }),
  };
}

function encodeFile({ source, title }: DocumentPart): Item {
  const name = title !== undefined && { filename: title };
  if (source.kind === 'text') return { type: 'input_text', text: source.text };
  if (source.kind === 'url') return { type: 'input_file', file_url: source.url, ...name };
  return {
    type: 'input_file',
    file_data: `data:${source.mediaType};base64,${source.data}`,
    filename: 'document.pdf',
    ...name,
  };
}

function encodeReasoning(part: ReasoningPart): Item {
  const sealed = sealReasoning(part);
  return {
    type: 'reasoning',
    summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }],
    ...(sealed !== undefined && { encrypted_content: sealed }),
  };
}
