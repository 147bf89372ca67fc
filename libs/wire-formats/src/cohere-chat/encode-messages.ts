import type { ChatRequest, ContentPart, ImagePart, ToolCallPart, ToolResultPart } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';
import { isPlainDocument, withPlainTexts } from '../plain-document';
import { systemTexts, twoSidedTurns } from '../two-sided-turns';

type Body = Record<string, unknown>;

/**
 * Hub conversation → messages. The API wants its one system message first, so that those inside the conversation join it,
 * where they keep their authority; a request of system prompts only is asked as a user. Neighbours of a side become one
 * turn, with the results of tools first, which must follow their calls. Names of participants have no counterpart.
 */
export function encodeMessages(conversation: ChatRequest, losses: ParameterLosses): Body[] {
  reportDocuments(conversation, losses);
  const request = withPlainTexts(withoutCitedDocuments(conversation));
  const system = systemTexts(request).flatMap(({ text }) => (text === '' ? [] : [textBlock(text)]));
  const turns = twoSidedTurns<ContentPart>(request.messages, {
    encode: (content) =>
      content.filter((part) => part.type !== 'document' && !(part.type === 'text' && part.text === '')),
    isResult: ({ type }) => type === 'tool-result',
  });
  if (turns.length === 0) return [{ role: 'user', content: contentOf(system) }];
  const messages = turns.flatMap(({ speaker, parts }) =>
    speaker === 'user' ? encodeUser(parts) : [encodeAssistant(parts)],
  );
  return system.length === 0 ? messages : [{ role: 'system', content: contentOf(system) }, ...messages];
}

/** Those stand beside the messages on this wire. */
function withoutCitedDocuments(request: ChatRequest): ChatRequest {
  const messages = request.messages.map((message) => ({
    ...message,
    content: message.content.filter((part) => !(isPlainDocument(part) && part.citations)),
  }));
  return { ...request, messages };
}

function reportDocuments({ messages }: ChatRequest, losses: ParameterLosses): void {
  messages.forEach(({ content }, index) => {
    if (content.some((part) => part.type === 'document' && !isPlainDocument(part)))
      losses.reportMessage(index, 'Cohere’s models read no PDFs.');
  });
}

/** Results are messages of their own and hold texts only; their images move to the user message after them. */
function encodeUser(content: readonly ContentPart[]): Body[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const blocks = [
    ...results.flatMap((result) => result.content.filter((part) => part.type === 'image')).map(imageBlock),
    ...content.flatMap((part) => {
      if (part.type === 'text') return [textBlock(part.text)];
      return part.type === 'image' ? [imageBlock(part)] : [];
    }),
  ];
  return [...results.map(encodeResult), ...(blocks.length > 0 ? [{ role: 'user', content: contentOf(blocks) }] : [])];
}

/**
 * What a model says before it calls is its plan on this wire. Thoughts go back where they are unsigned, as Cohere's are:
 * a signature is another provider's.
 */
function encodeAssistant(content: readonly ContentPart[]): Body {
  const calls = content.filter((part) => part.type === 'tool-call');
  const thoughts = content.flatMap((part) => (part.type === 'reasoning' && !part.signature ? [part.text] : []));
  const texts = content.flatMap((part) => (part.type === 'text' || part.type === 'refusal' ? [part.text] : []));
  const thinking = thoughts.filter((text) => text !== '').map((text) => ({ type: 'thinking', thinking: text }));
  if (calls.length === 0) return { role: 'assistant', content: contentOf([...thinking, ...texts.map(textBlock)]) };
  const plan = texts.join('');
  return {
    role: 'assistant',
    ...(thinking.length > 0 && { content: thinking }),
    ...(plan !== '' && { tool_plan: plan }),
    tool_calls: calls.map(encodeCall),
  };
}

function encodeCall({ id, name, argumentsText }: ToolCallPart): Body {
  // A function without parameters is called with nothing; the API wants JSON.
  return { id, type: 'function', function: { name, arguments: argumentsText === '' ? '{}' : argumentsText } };
}

function encodeResult({ toolCallId, content }: ToolResultPart): Body {
  const texts = content.flatMap((part) => (part.type === 'text' ? [textBlock(part.text)] : []));
  return { role: 'tool', tool_call_id: toolCallId, content: contentOf(texts) };
}

function textBlock(text: string): Body {
  return { type: 'text', text };
}

function imageBlock({ source, detail }: ImagePart): Body {
  const url = source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
  return { type: 'image_url', image_url: { url, ...(detail !== undefined && { detail }) } };
}

/** A single text has a shorter form. */
function contentOf(blocks: readonly Body[]): unknown {
  const [first, ...others] = blocks;
  if (first === undefined) return '';
  return others.length === 0 && first.type === 'text' ? first.text : blocks;
}
