import type { Principal } from '@gateway/domain';
import { ownerOf } from './owner-of';
import type { ReadOutcome, ResponseLibrary } from './response-library';

/**
 * The body of a call that names the response it goes on from → one that holds what was said before, and names nothing:
 * any provider can answer it. Field order and all else stay.
 */
export async function goOnFrom(
  library: Pick<ResponseLibrary, 'contextOf'>,
  principal: Principal,
  body: Buffer,
): Promise<ReadOutcome<Buffer>> {
  const { previous_response_id: previousId, ...document } = JSON.parse(body.toString('utf8')) as Record<
    string,
    unknown
  >;
  const context = await library.contextOf(ownerOf(principal), String(previousId));
  if (!context.ok) return context;
  const { input } = document;
  const own = typeof input === 'string' ? [{ role: 'user', content: input }] : (input as unknown[]);
  const whole = { ...document, input: [...context.value, ...own] };
  return { ok: true, value: Buffer.from(JSON.stringify(whole)) };
}
