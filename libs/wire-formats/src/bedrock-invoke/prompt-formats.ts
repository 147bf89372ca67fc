import { type ChatRequest, type ContentPart, GatewayException } from '@gateway/domain';
import { reportMessageLosses } from '../message-losses';
import type { ParameterLosses } from '../parameter-losses';
import { withPlainTexts } from '../plain-document';
import { systemTexts, type Turn, twoSidedTurns } from '../two-sided-turns';

/** A conversation of texts, which is all these models know. */
export interface Conversation {
  readonly system: string;
  readonly turns: readonly Turn<string>[];
}

/** How a model that completes text is shown a conversation. */
export interface PromptFormat {
  write(conversation: Conversation): string;
  /** Words of the format's own, with which a text could pretend to be another turn. */
  readonly reserved: RegExp | null;
}

/** What a model of this kind cannot be told is reported under its place in the client's body. */
export function readConversation(conversation: ChatRequest, losses: ParameterLosses): Conversation {
  reportMessageLosses(conversation, losses, { audio: true });
  const request = withPlainTexts(conversation);
  request.messages.forEach(({ content }, index) => {
    if (content.some(({ type }) => !SAID.has(type))) losses.reportMessage(index, 'This model reads text only.');
  });
  return {
    system: systemTexts(request)
      .map(({ text }) => text)
      .join('\n'),
    turns: twoSidedTurns<string>(request.messages, { encode: textsOf, isResult: () => false }),
  };
}

/** Thoughts of another model are left out, as every wire does without their proof. */
const SAID: ReadonlySet<ContentPart['type']> = new Set(['text', 'refusal', 'reasoning']);

function textsOf(content: readonly ContentPart[]): string[] {
  return content.flatMap((part) =>
    (part.type === 'text' || part.type === 'refusal') && part.text !== '' ? [part.text] : [],
  );
}

/** @throws GatewayException `invalid_request` when a text holds words that the format keeps for itself */
export function writePrompt(conversation: Conversation, { reserved, write }: PromptFormat): string {
  const texts = [conversation.system, ...conversation.turns.flatMap(({ parts }) => parts)];
  const word = reserved === null ? undefined : texts.map((text) => reserved.exec(text)?.[0]).find((found) => found);
  if (word === undefined) return write(conversation);
  throw new GatewayException({
    code: 'invalid_request',
    message: `messages: the text holds \`${word}\`, which marks turns in this model’s prompts.`,
    param: 'messages',
  });
}

const sayingOf = ({ parts }: Turn<string>): string => parts.join('\n');

/** `model-cards/meta/llama3`, `…/llama4` of Meta's documentation: every turn has a header and an end. */
function headers(open: string, close: string, end: string): PromptFormat {
  return {
    reserved: /<\|[a-z_]+\|>/,
    write({ system, turns }) {
      const turn = (speaker: string, text: string): string => `${open}${speaker}${close}\n\n${text}${end}`;
      const all = turns.map((one) => turn(one.speaker, sayingOf(one))).join('');
      return `<|begin_of_text|>${system === '' ? '' : turn('system', system)}${all}${open}assistant${close}\n\n`;
    },
  };
}

export const LLAMA_3 = headers('<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>');
export const LLAMA_4 = headers('<|header_start|>', '<|header_end|>', '<|eot|>');

/** Amazon's page "Mistral AI text completion": instructions in brackets, the system prompt at the head of the first. */
export const MISTRAL: PromptFormat = {
  reserved: /<\/?s>|\[\/?INST\]/,
  write({ system, turns }) {
    const first = turns.findIndex(({ speaker }) => speaker === 'user');
    const said = turns.map((turn, index) => {
      if (turn.speaker === 'assistant') return ` ${sayingOf(turn)}</s>`;
      const preface = index === first && system !== '' ? `${system}\n\n` : '';
      return `[INST] ${preface}${sayingOf(turn)} [/INST]`;
    });
    return `<s>${first < 0 && system !== '' ? `[INST] ${system} [/INST]` : ''}${said.join('')}`;
  },
};

/** Amazon's page "Amazon Titan Text models": a conversation is what `User` and `Bot` say, line by line. */
export const USER_AND_BOT = namedLines('Bot');
/** The same as Cohere's older models were taught it. */
export const USER_AND_CHATBOT = namedLines('Chatbot');

function namedLines(model: string): PromptFormat {
  return {
    reserved: null,
    write({ system, turns }) {
      const lines = turns.map((turn) => `${turn.speaker === 'user' ? 'User' : model}: ${sayingOf(turn)}`);
      return [...(system === '' ? [] : [system, '']), ...lines, `${model}:`].join('\n');
    },
  };
}
