import type { Answer, AnswerBlock, AnswerFinish } from './answer';
import type { Prompt, PromptTool } from './prompt';
import { schemaValue } from './schema-value';
import { SeededRandom, seedOf } from './seeded-random';
import { seededSentence, seededWords } from './seeded-words';
import { splitTokens } from './token-counter';

export interface AnswerWishes {
  /** Exact length of a text answer, before `maxTokens` and stop sequences. */
  readonly answerTokens?: number;
  /** Reported as the vendor's own finish reason. */
  readonly finishReason?: string;
}

const ECHOED_WORDS = 24;

/** The answer to a prompt: a pure function of prompt, choice and wishes, and independent of the model's name. */
export function generateAnswer(prompt: Prompt, choice: number, wishes: AnswerWishes = {}): Answer {
  const random = new SeededRandom(seedOf(seedText(prompt, choice)));
  const reasoning = reasoningTokens(prompt, random);
  const room = Math.max(0, prompt.maxTokens - reasoning.length);
  const called = toolsToCall(prompt);
  const content = called.length > 0 ? toolCalls(called, random, room) : textAnswer({ prompt, random, room, wishes });
  const finish: AnswerFinish = reasoning.length < prompt.reasoningTokens ? { type: 'length' } : content.finish;
  const spent = content.blocks.reduce((sum, block) => sum + block.tokens.length, reasoning.length);
  return {
    reasoning,
    blocks: content.blocks,
    finish: wishes.finishReason === undefined ? finish : { type: 'forced', raw: wishes.finishReason },
    completionTokens: spent,
  };
}

function seedText(prompt: Prompt, choice: number): string {
  const results = prompt.toolResults.map((result) => `${result.name}=${result.text}`);
  return JSON.stringify([prompt.systemText, prompt.lastUserText, prompt.imageCount, results, choice]);
}

function reasoningTokens(prompt: Prompt, random: SeededRandom): readonly string[] {
  const wanted = Math.min(prompt.reasoningTokens, prompt.maxTokens);
  return wanted > 0 ? exactly(wanted, `Let me think about it. ${seededSentence(random)}`, random) : [];
}

/** Tools the user names after the word "use", or the ones the request insists on. */
function toolsToCall(prompt: Prompt): readonly PromptTool[] {
  const { toolChoice, tools } = prompt;
  if (toolChoice === 'none' || tools.length === 0) return [];
  if (typeof toolChoice === 'object') return tools.filter((tool) => tool.name === toolChoice.name).slice(0, 1);
  const named = prompt.toolResults.length > 0 ? [] : tools.filter((tool) => asksFor(prompt.lastUserText, tool.name));
  const called = named.length === 0 && toolChoice === 'required' ? tools.slice(0, 1) : named;
  return prompt.parallelToolCalls ? called : called.slice(0, 1);
}

function asksFor(text: string, tool: string): boolean {
  const at = text.toLowerCase().indexOf(`use ${tool.toLowerCase()}`);
  return at >= 0 && !/[\w-]/.test(text.charAt(at + 4 + tool.length));
}

interface Content {
  readonly blocks: readonly AnswerBlock[];
  readonly finish: AnswerFinish;
}

function toolCalls(tools: readonly PromptTool[], random: SeededRandom, room: number): Content {
  const blocks: AnswerBlock[] = [];
  let left = room;
  for (const tool of tools) {
    const id = random.hex(24);
    const all = splitTokens(JSON.stringify(schemaValue(tool.schema ?? { type: 'object' }, random)));
    const tokens = all.slice(0, left);
    blocks.push({ type: 'tool-call', id, name: tool.name, tokens });
    left -= tokens.length;
    if (tokens.length < all.length) return { blocks, finish: { type: 'length' } };
  }
  return { blocks, finish: { type: 'tool-calls' } };
}

interface TextTask {
  readonly prompt: Prompt;
  readonly random: SeededRandom;
  readonly room: number;
  readonly wishes: AnswerWishes;
}

function textAnswer(task: TextTask): Content {
  const { prompt, room } = task;
  const { text, stoppedBy } = cutAtStop(fullText(task), prompt.stopSequences);
  const all = splitTokens(text);
  const tokens = all.slice(0, room);
  const blocks: AnswerBlock[] = tokens.length > 0 ? [{ type: 'text', tokens }] : [];
  if (tokens.length < all.length) return { blocks, finish: { type: 'length' } };
  return {
    blocks,
    finish: stoppedBy === undefined ? { type: 'stop' } : { type: 'stop-sequence', sequence: stoppedBy },
  };
}

function fullText({ prompt, random, wishes }: TextTask): string {
  if (typeof prompt.format === 'object') return JSON.stringify(schemaValue(prompt.format.schema, random));
  if (prompt.format === 'json') {
    return JSON.stringify({ answer: seededSentence(random), about: firstWords(prompt.lastUserText) });
  }
  const opening = openingOf(prompt);
  const wanted = wishes.answerTokens ?? wantedByUser(prompt.lastUserText);
  if (wanted !== undefined) return exactly(wanted, opening, random).join('');
  const sentences = Array.from({ length: random.integer(1, 3) }, () => seededSentence(random));
  return [opening, ...sentences].join(' ');
}

/** "write 40 tokens" in the prompt sets the length, for tests that cannot choose the model's name. */
function wantedByUser(text: string): number | undefined {
  const match = /\bwrite (\d{1,5}) tokens\b/i.exec(text);
  return match ? Number(match[1]) : undefined;
}

function openingOf(prompt: Prompt): string {
  const parts: string[] = [];
  if (prompt.systemText !== '') parts.push(`Following "${firstWords(prompt.systemText)}",`);
  if (prompt.imageCount > 0) parts.push(`I saw ${prompt.imageCount} ${prompt.imageCount === 1 ? 'image' : 'images'};`);
  for (const result of prompt.toolResults) {
    parts.push(`the tool ${result.name} ${result.isError ? 'failed with' : 'answered'}: ${firstWords(result.text)};`);
  }
  parts.push(`you said: ${firstWords(prompt.lastUserText)}.`);
  const opening = parts.join(' ');
  return `${opening.charAt(0).toUpperCase()}${opening.slice(1)}`;
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/, ECHOED_WORDS).join(' ');
}

function exactly(count: number, opening: string, random: SeededRandom): readonly string[] {
  const tokens = splitTokens(opening);
  while (tokens.length < count) tokens.push(...splitTokens(` ${seededWords(random, 8)}.`));
  return tokens.slice(0, count);
}

function cutAtStop(text: string, sequences: readonly string[]): { text: string; stoppedBy?: string } {
  let first: { at: number; sequence: string } | undefined;
  for (const sequence of sequences) {
    const at = sequence === '' ? -1 : text.indexOf(sequence);
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, sequence };
  }
  return first === undefined ? { text } : { text: text.slice(0, first.at), stoppedBy: first.sequence };
}
