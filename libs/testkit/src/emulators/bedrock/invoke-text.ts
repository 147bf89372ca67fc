import { z } from 'zod';
import type { Answer, AnswerFinish } from '../answer/answer';
import { generateAnswer } from '../answer/answer-generator';
import type { Prompt } from '../answer/prompt';
import { countTokens } from '../answer/token-counter';
import type { ChatCall, ChatTarget, Checked, Emission } from '../server/vendor-wire';
import { malformedInput } from './bedrock-refusals';

interface Asked {
  readonly prompt: string;
  readonly systemText?: string;
  readonly lastUserText: string;
  readonly maxTokens?: number;
  readonly stopSequences?: readonly string[];
}

interface Said {
  readonly text: string;
  /** Null before the end. */
  readonly finish: AnswerFinish | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The body and the answers of one maker's text models, from the user guide's pages on inference parameters. */
interface TextKind {
  readonly pattern: RegExp;
  readonly schema: z.ZodType<Asked>;
  whole(said: Said): object;
  chunk(said: Said): object;
}

const positive = z.int().min(1);
const fraction = z.number().min(0).max(1);

const titan = z
  .strictObject({
    inputText: z.string().min(1),
    textGenerationConfig: z
      .strictObject({
        maxTokenCount: positive.optional(),
        temperature: fraction.optional(),
        topP: fraction.optional(),
        stopSequences: z.array(z.string()).optional(),
      })
      .optional(),
  })
  .transform(({ inputText, textGenerationConfig: config }): Asked => {
    const [, ...turns] = inputText.split(/(?:^|\n)User: /);
    const lastUserText = (turns.at(-1) ?? inputText).replace(/\nBot:$/, '');
    const systemText = inputText.startsWith('User: ') ? '' : (inputText.split('\n\nUser: ')[0] ?? '');
    return { prompt: inputText, systemText, lastUserText, ...settingsOf(config?.maxTokenCount, config?.stopSequences) };
  });

const llama = z
  .strictObject({
    prompt: z.string().regex(/^<\|begin_of_text\|>.*<\|start_header_id\|>assistant<\|end_header_id\|>\n\n$/s),
    max_gen_len: positive.max(8_192).optional(),
    temperature: fraction.optional(),
    top_p: fraction.optional(),
  })
  .transform(({ prompt, max_gen_len }): Asked => {
    const turns = [...prompt.matchAll(/<\|start_header_id\|>(\w+)<\|end_header_id\|>\n\n(.*?)<\|eot_id\|>/gs)];
    const last = (speaker: string) => turns.findLast(([, one]) => one === speaker)?.[2] ?? '';
    return { prompt, systemText: last('system'), lastUserText: last('user'), ...settingsOf(max_gen_len) };
  });

const mistral = z
  .strictObject({
    prompt: z.string().regex(/^<s>\[INST\] .* \[\/INST\]$/s),
    max_tokens: positive.max(8_192).optional(),
    temperature: fraction.optional(),
    top_p: fraction.optional(),
    top_k: positive.max(200).optional(),
    stop: z.array(z.string()).max(10).optional(),
  })
  .transform(({ prompt, max_tokens, stop }): Asked => {
    const instructions = [...prompt.matchAll(/\[INST\] (.*?) \[\/INST\]/gs)];
    return { prompt, lastUserText: instructions.at(-1)?.[1] ?? '', ...settingsOf(max_tokens, stop) };
  });

const KINDS: readonly TextKind[] = [
  {
    pattern: /titan-text/,
    schema: titan,
    whole: ({ text, finish, promptTokens, completionTokens }) => ({
      inputTextTokenCount: promptTokens,
      results: [{ tokenCount: completionTokens, outputText: text, completionReason: word(finish, TITAN) }],
    }),
    chunk: ({ text, finish, promptTokens, completionTokens }) => ({
      outputText: text,
      index: 0,
      totalOutputTextTokenCount: finish === null ? null : completionTokens,
      completionReason: word(finish, TITAN),
      inputTextTokenCount: finish === null ? null : promptTokens,
    }),
  },
  { pattern: /llama3|\/llama3/, schema: llama, whole: llamaAnswer, chunk: llamaAnswer },
  { pattern: /mistral\.(?:mistral|mixtral)/, schema: mistral, whole: mistralAnswer, chunk: mistralAnswer },
];

export function textKindOf(model: string): TextKind | undefined {
  return KINDS.find(({ pattern }) => pattern.test(model));
}

export function readInvokedText(given: unknown, kind: TextKind, { model, stream }: ChatTarget): Checked<ChatCall> {
  const parsed = kind.schema.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: malformedInput(parsed.error) };
  const asked = promptOf(parsed.data);
  return {
    value: {
      model,
      stream,
      answer: (fault, sequence) => {
        const answer = generateAnswer(asked, 0, fault);
        const finish = fault.truncateWithoutFinish ? null : answer.finish;
        const counts = { promptTokens: asked.promptTokens, completionTokens: answer.completionTokens };
        return {
          id: `invoke-emulator${String(sequence).padStart(6, '0')}`,
          ...counts,
          reasoningTokens: 0,
          cachedTokens: 0,
          cacheWriteTokens: 0,
          whole: () => JSON.stringify(kind.whole({ text: tokensOf(answer).join(''), finish, ...counts })),
          emissions: () => emissionsOf(answer, (text, end) => kind.chunk({ text, finish: end, ...counts })),
          errorEvent: () => '',
        };
      },
    },
  };
}

function* emissionsOf(
  answer: Answer,
  chunk: (text: string, finish: AnswerFinish | null) => object,
): Generator<Emission> {
  const event = (phase: Emission['phase'], document: object): Emission => ({
    phase,
    text: `data: ${JSON.stringify(document)}\n\n`,
    tokens: phase === 'content' ? 1 : 0,
  });
  for (const token of tokensOf(answer)) yield event('content', chunk(token, null));
  yield event('finish', chunk('', answer.finish));
}

function tokensOf({ blocks }: Answer): readonly string[] {
  return blocks.flatMap(({ tokens }) => tokens);
}

function promptOf({ prompt, systemText = '', lastUserText, maxTokens = 512, stopSequences = [] }: Asked): Prompt {
  return {
    systemText,
    lastUserText,
    imageCount: 0,
    toolResults: [],
    tools: [],
    toolChoice: 'none',
    parallelToolCalls: false,
    format: 'text',
    stopSequences,
    maxTokens,
    reasoningTokens: 0,
    promptTokens: countTokens(prompt),
  };
}

function settingsOf(maxTokens?: number, stopSequences?: readonly string[]): Pick<Asked, 'maxTokens' | 'stopSequences'> {
  return { ...(maxTokens !== undefined && { maxTokens }), ...(stopSequences && { stopSequences }) };
}

function llamaAnswer({ text, finish, promptTokens, completionTokens }: Said): object {
  const isOver = finish !== null;
  return {
    generation: text,
    prompt_token_count: isOver ? promptTokens : null,
    generation_token_count: isOver ? completionTokens : null,
    stop_reason: word(finish, PLAIN),
  };
}

/** Says nothing of tokens. */
function mistralAnswer({ text, finish }: Said): object {
  return { outputs: [{ text, stop_reason: word(finish, PLAIN) }] };
}

const PLAIN = { stop: 'stop', length: 'length', 'stop-sequence': 'stop' };
const TITAN = { stop: 'FINISH', length: 'LENGTH', 'stop-sequence': 'STOP_CRITERIA_MET' };

function word(finish: AnswerFinish | null, words: typeof PLAIN): string | null {
  if (finish === null) return null;
  if (finish.type === 'forced') return finish.raw;
  return finish.type === 'tool-calls' ? words.stop : words[finish.type];
}
