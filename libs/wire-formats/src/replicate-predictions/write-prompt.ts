import type { ChatRequest, Message } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';

export interface WrittenPrompt {
  readonly system: string;
  readonly prompt: string;
}

/** A conversation → one text. A single question is the prompt as it is; of several turns each has its speaker's name. */
export function writePrompt(request: ChatRequest, losses: ParameterLosses): WrittenPrompt {
  const system = [
    ...request.system.map(({ text }) => text),
    ...request.messages.filter(({ role }) => role === 'system').map(textOf),
  ];
  for (const [index, message] of request.messages.entries()) reportLosses(message, index, losses);
  const turns = request.messages.filter(({ role }) => role !== 'system');
  const [only, ...others] = turns;
  const isQuestion = only?.role === 'user' && others.length === 0;
  const dialogue = turns.map((turn) => `${turn.role === 'user' ? 'User' : 'Assistant'}: ${textOf(turn)}`);
  return {
    system: system.join('\n'),
    prompt: isQuestion ? textOf(only) : [...dialogue, 'Assistant:'].join('\n\n'),
  };
}

function textOf({ content }: Message): string {
  return content.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join('\n');
}

function reportLosses({ content }: Message, index: number, losses: ParameterLosses): void {
  const isLost = content.some(({ type }) => type !== 'text' && type !== 'refusal' && type !== 'reasoning');
  if (isLost) losses.reportMessage(index, 'Replicate’s language models are given text only.');
}
