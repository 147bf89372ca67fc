import type { ChatRequest, ContentPart } from '@gateway/domain';
import { countTextTokens } from './count-text-tokens';

/** What a chat template puts around each message, and before the answer (OpenAI's published way of counting). */
const TOKENS_AROUND_MESSAGE = 3;
const TOKENS_BEFORE_ANSWER = 3;
/** A small picture, by OpenAI's and Anthropic's tables: what a larger one costs depends on pixels nobody looks at here. */
const TOKENS_OF_PICTURE = 85;

/** An estimate of what a provider would count for this prompt: its text is tokenized, pictures and PDFs are guessed. */
export async function countRequestTokens(request: ChatRequest, model: string): Promise<number> {
  const { system, messages, tools = [] } = request;
  const texts = [
    ...system.map(({ text }) => text),
    ...messages.flatMap(({ content }) => content.flatMap(textsOf)),
    ...tools.flatMap(({ name, description = '', inputSchema = {} }) => [
      name,
      description,
      JSON.stringify(inputSchema),
    ]),
  ];
  const pictures = messages.flatMap(({ content }) => content.filter(isMedia)).length;
  const around = (messages.length + Math.min(1, system.length)) * TOKENS_AROUND_MESSAGE + TOKENS_BEFORE_ANSWER;
  return (await countTextTokens(model, texts)) + around + pictures * TOKENS_OF_PICTURE;
}

function isMedia(part: ContentPart): boolean {
  return part.type === 'image' || (part.type === 'document' && part.source.kind !== 'text');
}

function textsOf(part: ContentPart): string[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return [part.text];
    case 'document':
      return part.source.kind === 'text' ? [part.title ?? '', part.context ?? '', part.source.text] : [];
    case 'tool-call':
      return [part.name, part.argumentsText];
    case 'tool-result':
      return part.content.flatMap((piece) => (piece.type === 'text' ? [piece.text] : []));
    default:
      return [];
  }
}
