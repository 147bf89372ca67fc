import { isRecord, type StreamPart, type TokenLogprob } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { BlockWriter } from './block-writer';
import { decodeCitation } from './citations';
import { decodeLogprobs } from './decode-logprobs';
import { decodeUsage } from './decode-usage';
import { finishReasonOf } from './finish-reason';

/**
 * A whole answer of `POST /v2/chat` → parts. Its model is not named in it.
 * @throws MalformedResponse; ProviderStreamError when the reason it ended for is a failure
 */
export function decodeResponse(body: unknown): StreamPart[] {
  if (!isRecord(body) || !isRecord(body.message) || typeof body.finish_reason !== 'string')
    throw new MalformedResponse('the answer has no message or no finish reason');
  const { message } = body;
  const reason = finishReasonOf(body.finish_reason);
  const writer = new BlockWriter();
  const parts: StreamPart[] = [responseStart(body.id)];
  const logprobs = decodeLogprobs(listOf(body.logprobs));
  const contents = listOf(message.content);
  const spoken = contents.findIndex((content) => isRecord(content) && typeof content.text === 'string');
  contents.forEach((content, index) => {
    parts.push(...sayContent(writer, content, index === spoken ? logprobs : []));
  });
  parts.push(...writer.cite(listOf(message.citations).flatMap(decodeCitation)));
  if (typeof message.tool_plan === 'string') parts.push(...writer.say('text', message.tool_plan));
  for (const call of listOf(message.tool_calls)) parts.push(...writer.call(call));
  parts.push(...writer.close(), { type: 'finish', choice: 0, reason });
  const usage = decodeUsage(body.usage);
  return usage === null ? parts : [...parts, { type: 'usage', usage }];
}

export function responseStart(id: unknown): StreamPart {
  return { type: 'response-start', id: typeof id === 'string' ? id : '', model: '', createdUnixS: 0 };
}

/** One block, or a piece of one: text or thoughts, by the field that it has. Blocks of other kinds are left out. */
export function sayContent(
  writer: BlockWriter,
  content: unknown,
  logprobs: readonly TokenLogprob[] = [],
): StreamPart[] {
  if (!isRecord(content)) throw new MalformedResponse('a content block is not an object');
  if (typeof content.thinking === 'string') return writer.say('reasoning', content.thinking);
  return typeof content.text === 'string' ? writer.say('text', content.text, logprobs) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
