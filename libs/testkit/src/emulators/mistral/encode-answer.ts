import type { Answer, AnswerBlock, AnswerFinish } from '../answer/answer';
import type { Emission } from '../server/vendor-wire';

export interface MistralHead {
  readonly id: string;
  readonly model: string;
  readonly createdUnixS: number;
}

export interface MistralUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

type Call = Extract<AnswerBlock, { type: 'tool-call' }>;

export function encodeMistralAnswer(head: MistralHead, answers: readonly Answer[], usage: MistralUsage): string {
  const choices = answers.map((answer, index) => ({
    index,
    message: { role: 'assistant', tool_calls: callsOf(answer), content: contentOf(answer), prefix: false },
    finish_reason: finishReason(answer.finish),
  }));
  return JSON.stringify({ ...documentOf(head, 'chat.completion'), choices, usage: usageOf(usage) });
}

/** Usage comes unasked, with the last finish, and so do calls, all of them whole. */
export function* encodeMistralStream(
  head: MistralHead,
  answers: readonly Answer[],
  usage: MistralUsage,
): Generator<Emission> {
  const event = (index: number, delta: object, finish: string | null = null, more: object = {}) => {
    const choices = [{ index, delta, finish_reason: finish }];
    return `data: ${JSON.stringify({ ...documentOf(head, 'chat.completion.chunk'), choices, ...more })}\n\n`;
  };
  for (const [index, answer] of answers.entries()) {
    yield { phase: 'frame', text: event(index, { role: 'assistant', content: '' }), tokens: 0 };
    for (const text of answer.reasoning) {
      yield { phase: 'content', text: event(index, { content: [thought(text)] }), tokens: 1 };
    }
    for (const block of answer.blocks) {
      if (block.type !== 'text') continue;
      for (const content of block.tokens) yield { phase: 'content', text: event(index, { content }), tokens: 1 };
    }
    const usageOfLast = index === answers.length - 1 ? { usage: usageOf(usage) } : {};
    const calls = callsOf(answer);
    const delta = { content: '', ...(calls !== null && { tool_calls: calls }) };
    const text = event(index, delta, finishReason(answer.finish), usageOfLast);
    yield { phase: 'finish', text, tokens: tokensOfCalls(answer) };
  }
  yield { phase: 'finish', text: 'data: [DONE]\n\n', tokens: 0 };
}

function documentOf({ id, model, createdUnixS }: MistralHead, object: string): object {
  return { id, object, created: createdUnixS, model };
}

function thought(text: string): object {
  return { type: 'thinking', thinking: [{ type: 'text', text }] };
}

/** A text, or where the model thought a list of chunks. */
function contentOf({ reasoning, blocks }: Answer): unknown {
  const text = blocks.flatMap((block) => (block.type === 'text' ? block.tokens : [])).join('');
  return reasoning.length === 0 ? text : [thought(reasoning.join('')), { type: 'text', text }];
}

function callsOf({ blocks }: Answer): readonly object[] | null {
  const calls = blocks.filter((block) => block.type === 'tool-call').map(encodeCall);
  return calls.length > 0 ? calls : null;
}

function tokensOfCalls({ blocks }: Answer): number {
  return blocks.reduce((sum, block) => sum + (block.type === 'tool-call' ? block.tokens.length : 0), 0);
}

function encodeCall(block: Call, index: number): object {
  return { id: block.id.slice(0, 9), function: { name: block.name, arguments: block.tokens.join('') }, index };
}

function finishReason(finish: AnswerFinish): string | null {
  if (finish.type === 'forced') return finish.raw;
  if (finish.type === 'tool-calls') return 'tool_calls';
  return finish.type === 'length' ? 'length' : 'stop';
}

function usageOf({ promptTokens, completionTokens }: MistralUsage): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
