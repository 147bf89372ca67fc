import type { Conversation, Dialect } from './fault-conversation';
import type { FaultMesh } from './fault-mesh';
import { pause } from './fault-mesh';

export interface LoadOptions {
  /** Keys that take turns. */
  readonly keys: readonly string[];
  readonly perSecond?: number;
  /** What the emulators do with every request; each takes about a third of a second by default. */
  readonly suffix?: string;
}

const DIALECTS: readonly Dialect[] = ['openai', 'anthropic'];
/** More than this are never under way: a slow machine gets less load instead of a pile of requests that time out. */
const MOST_SECONDS_OF_LOAD = 2;
const BEFORE_MS = 400;
const AFTER_MS = 800;

/**
 * Mixed requests (both dialects on both providers, streamed and whole) at a steady rate, as far as the machine keeps up,
 * before, during and after `disturb`; resolves when each of them has ended.
 */
export async function underLoad(
  faults: FaultMesh,
  { keys, perSecond = 50, suffix = '+tokens-30+chunks-10ms' }: LoadOptions,
  disturb: () => Promise<unknown>,
): Promise<Conversation[]> {
  const conversations: Conversation[] = [];
  const ask = (): void => {
    const underWay = conversations.filter(({ ending }) => ending === null).length;
    if (underWay >= perSecond * MOST_SECONDS_OF_LOAD) return;
    const turn = conversations.length;
    const [dialect, provider] = [pick(DIALECTS, turn), pick(DIALECTS, turn >> 1)];
    const key = pick(keys, turn >> 3);
    conversations.push(faults.start(faults.model(provider, suffix), { dialect, key, stream: (turn & 4) === 0 }));
  };
  const timer = setInterval(ask, 1_000 / perSecond);
  try {
    await pause(BEFORE_MS);
    await disturb();
    await pause(AFTER_MS);
  } finally {
    clearInterval(timer);
  }
  await Promise.all(conversations.map((conversation) => conversation.over()));
  return conversations;
}

function pick<Item>(items: readonly Item[], turn: number): Item {
  return items[turn % items.length] as Item;
}

/** What a client can have seen, in words; anything that no client should ever see begins with `BAD`. */
export function outcomeOf(conversation: Conversation): string {
  const { status, ending, errors, saidDone, options, text, headers } = conversation;
  if (ending !== 'complete') return `BAD: the connection broke (status ${status})`;
  if (status === 503) return headers['retry-after'] ? 'refused with 503' : 'BAD: 503 without Retry-After';
  // A whole answer of which a part was lost inside the mesh: the client has one error, and nothing of the answer.
  if (status === 502 && text.includes('The answer was interrupted')) return 'one error answer';
  if (status !== 200) return `answered ${status}: ${text.slice(0, 200)}`;
  if (options.stream === false) return text.endsWith('}') ? 'served' : 'BAD: half a document';
  if (errors.length === 0) return saidDone ? 'served' : 'BAD: a stream without an end';
  return errors.length === 1 && !saidDone ? 'one error event' : 'BAD: more than one terminal event';
}

export function countOutcomes(conversations: readonly Conversation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const conversation of conversations) {
    const outcome = outcomeOf(conversation);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
