import type { ChatRequest, ContentPart, Message } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';

const SPEAKERS = { system: 'System', user: 'User', assistant: 'Assistant' } as const;

/**
 * A conversation as text that is to be completed. One text of the user is the prompt as it is; with more than that the
 * turns are named, and the assistant's is the one to go on with.
 */
export function writePrompt({ system, messages }: ChatRequest, losses: ParameterLosses): string {
  const turns = messages.map((message, index) => ({ role: message.role, text: textOf(message, index, losses) }));
  const [only, ...others] = turns;
  if (system.length === 0 && only?.role === 'user' && others.length === 0) return only.text;
  const instructions = system.map(({ text }) => ({ role: 'system' as const, text }));
  const written = [...instructions, ...turns].map(({ role, text }) => `${SPEAKERS[role]}: ${text}`);
  return [...written, `${SPEAKERS.assistant}:`].join('\n\n');
}

/** Thoughts of earlier answers are nothing to go on from. */
function textOf({ content }: Message, index: number, losses: ParameterLosses): string {
  const isText = (part: ContentPart) => part.type === 'text' || part.type === 'refusal';
  if (content.some((part) => !isText(part) && part.type !== 'reasoning')) {
    losses.reportMessage(index, 'a text completion takes text only.');
  }
  return content.map((part) => (part.type === 'text' || part.type === 'refusal' ? part.text : '')).join('');
}
