import { waitUntil } from '@gateway/local';
import { type BillRow, eventually } from '@gateway/testkit';
import { Client } from 'pg';
import { type EmulatedMesh, emulatorsOf } from './emulator-control';
import type { Conversation } from './fault-conversation';
import { PRICE } from './test-configuration';

export interface AttemptInLedger {
  readonly requestId: string;
  readonly attempt: number;
  readonly model: string;
  readonly provider: string;
  readonly source: string;
  readonly status: string;
  readonly failure: string | null;
  readonly billable: boolean;
  readonly estimated: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costNanoUsd: number;
}

export interface RequestInLedger {
  readonly requestId: string;
  readonly model: string;
  readonly status: string;
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costNanoUsd: number;
}

export interface Books {
  readonly attempts: readonly AttemptInLedger[];
  readonly requests: readonly RequestInLedger[];
  readonly rejected: number;
}

export interface BooksRules {
  /** Requests that must be in the ledger exactly once, with an end that fits what the client saw. */
  readonly asked: readonly Conversation[];
  /**
   * Models whose worker was killed or frozen: its row may be an estimate even where the provider came to the end,
   * since nobody alive heard of that.
   */
  readonly mayBeEstimated?: (model: string) => boolean;
  /**
   * Models of which a call ended in the moment it was sent, because its client left or its worker was killed: whether the
   * provider ever read it, nobody can know, and the books hold the estimate.
   */
  readonly mayBeUnread?: (model: string) => boolean;
}

interface MeshInBooks extends EmulatedMesh {
  readonly databaseUrl: string;
}

/** Events that a dead consumer held come again 30 s later; a slow machine then has twice as long to book them. */
export const REDELIVERED_WITHIN_MS = 150_000;
/**
 * An estimate knows bytes, four a token, not tokens: the JSON around a prompt counts, and the emulators' tokens are half
 * as long again.
 */
const ESTIMATE_SLACK = { tokens: 30, share: 0.6 };

/** The ledger as it is in PostgreSQL; the gateway is not asked. */
export async function readBooks(databaseUrl: string): Promise<Books> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const attempts = await client.query<AttemptInLedger>(ATTEMPTS);
    const requests = await client.query<RequestInLedger>(REQUESTS);
    const rejected = await client.query('SELECT 1 FROM ledger_rejected');
    return { attempts: attempts.rows, requests: requests.rows, rejected: rejected.rowCount ?? 0 };
  } finally {
    await client.end();
  }
}

/** Models found wrong by an earlier test of this file, which has failed for it: it is said, and waited for, once. */
const reported = new Set<string>();

/**
 * Waits until the ledger agrees with the emulators' own bill, and throws with every difference when it does not. Each
 * request of the test must have a model name of its own, which is how the two are matched.
 */
export async function booksAgree(mesh: MeshInBooks, rules: BooksRules): Promise<Books> {
  let differences: Difference[] = [];
  let books: Books = { attempts: [], requests: [], rejected: 0 };
  const agreed = async (): Promise<boolean> => {
    const { openAi, anthropic } = emulatorsOf(mesh);
    const [bill, more] = await Promise.all([openAi.bill(), anthropic.bill()]);
    books = await readBooks(mesh.databaseUrl);
    differences = compare([...bill, ...more], books, rules).filter(({ model }) => !reported.has(model));
    return differences.length === 0;
  };
  try {
    await eventually('books and bill to agree', agreed, REDELIVERED_WITHIN_MS);
  } catch (error) {
    if (differences.length === 0) throw error;
    for (const { model } of differences) reported.add(model);
    throw new Error(`ledger and bill differ:\n  ${differences.slice(0, 40).map(describe).join('\n  ')}`);
  }
  return books;
}

/**
 * Waits until `look` finds in the ledger what it expects; throws what it threw last when that never comes. For what agrees
 * with the bill in more than one version of a row: the one that counts for more may still be on its way.
 */
export async function booksSay(mesh: MeshInBooks, look: (books: Books) => void): Promise<void> {
  const attempt = async () => look(await readBooks(mesh.databaseUrl));
  await waitUntil(attempt, { timeoutMs: REDELIVERED_WITHIN_MS, pauseMs: 50 });
}

interface Difference {
  readonly model: string;
  readonly what: string;
}

function describe({ model, what }: Difference): string {
  return model === '' ? what : `${model}: ${what}`;
}

function compare(bill: readonly BillRow[], books: Books, rules: BooksRules): Difference[] {
  const differences: Difference[] = [];
  if (books.rejected > 0) differences.push({ model: '', what: `${books.rejected} usage events were rejected` });
  const names = new Set([...bill.map((row) => row.model), ...books.attempts.map((row) => row.model)]);
  for (const model of names) {
    const billed = bill.filter((row) => row.model === model && row.billed);
    const booked = books.attempts.filter((row) => row.model === model && row.billable);
    for (const what of compareCalls(model, { billed, booked }, rules)) differences.push({ model, what });
  }
  for (const conversation of rules.asked) {
    const { model } = conversation.options;
    for (const what of compareRequest(conversation, books)) differences.push({ model, what });
  }
  return differences;
}

/** Calls of one model name, in the order in which they were made. */
function compareCalls(
  model: string,
  { billed, booked }: { billed: readonly BillRow[]; booked: readonly AttemptInLedger[] },
  rules: BooksRules,
): string[] {
  const attempts = [...booked].sort((one, other) => one.attempt - other.attempt);
  const unread = attempts.findIndex(({ status, estimated }) => estimated && ['lost', 'cancelled'].includes(status));
  if (booked.length === billed.length + 1 && unread >= 0 && rules.mayBeUnread?.(model)) attempts.splice(unread, 1);
  if (billed.length !== attempts.length) {
    const rows = booked.map((row) => `${row.attempt} ${row.status} by ${row.source}`).join(', ');
    return [`billed ${billed.length} times, booked ${booked.length} times (${rows})`];
  }
  const inOrder = [...billed].sort((one, other) => one.startedAtUnixMs - other.startedAtUnixMs);
  return inOrder.flatMap((row, index) => {
    const attempt = attempts[index];
    return attempt ? compareCall(row, attempt, rules) : [];
  });
}

function compareCall(bill: BillRow, attempt: AttemptInLedger, rules: BooksRules): string[] {
  const name = `attempt ${attempt.attempt} (${attempt.status} by ${attempt.source})`;
  if (bill.endedAtUnixMs === null) return [`${name}: the provider is still at it`];
  const cost = priceOf(attempt);
  const wrongPrice = attempt.costNanoUsd === cost ? [] : [`${name}: costs ${attempt.costNanoUsd} instead of ${cost}`];
  const apart = `prompt ${attempt.promptTokens} for ${bill.promptTokens}, completion ${attempt.completionTokens} for ${bill.completionTokens}`;
  if (attempt.estimated) {
    // A cancel that crosses the last bytes of the answer: the provider wrote them all, the worker read none of them.
    const crossed = attempt.status === 'cancelled';
    if (bill.completed && !crossed && !rules.mayBeEstimated?.(bill.model)) {
      return [...wrongPrice, `${name}: only estimated, though the provider finished`];
    }
    const close =
      isClose(attempt.promptTokens, bill.promptTokens) && isClose(attempt.completionTokens, bill.completionTokens);
    return close ? wrongPrice : [...wrongPrice, `${name}: estimated ${apart}`];
  }
  const same = attempt.promptTokens === bill.promptTokens && attempt.completionTokens === bill.completionTokens;
  return same ? wrongPrice : [...wrongPrice, `${name}: ${apart}`];
}

function compareRequest(conversation: Conversation, books: Books): string[] {
  const { requestId, status, options } = conversation;
  // Without a response head the client knows no id; its model names it as well.
  const rows = books.requests.filter((row) => (requestId ? row.requestId === requestId : row.model === options.model));
  const [row] = rows;
  if (!row || rows.length > 1) return [`${rows.length} request rows (${requestId})`];
  if (row.status === 'open') return ['the request row is still open'];
  const attempts = books.attempts.filter((attempt) => attempt.requestId === row.requestId);
  const sum = (of: (attempt: AttemptInLedger) => number): number => attempts.reduce((total, one) => total + of(one), 0);
  const wrong: string[] = [];
  if (row.costNanoUsd !== sum((one) => one.costNanoUsd)) wrong.push('cost is not that of its attempts');
  if (row.promptTokens + row.completionTokens !== sum((one) => one.promptTokens + one.completionTokens)) {
    wrong.push('tokens are not those of its attempts');
  }
  const happy = status === 200 && conversation.ending === 'complete' && conversation.errors.length === 0;
  if (happy && (options.stream === false || conversation.saidDone) && row.status !== 'success') {
    wrong.push(`the client was served, the ledger says ${row.status} ${row.errorCode}`);
  }
  if (!happy && row.status === 'success' && conversation.ending === 'complete') {
    wrong.push(`the client was not served (${status}), the ledger says success`);
  }
  return wrong;
}

function priceOf({ provider, promptTokens, completionTokens }: AttemptInLedger): number {
  const price = provider === 'anthropic' ? PRICE.claude : PRICE.gpt;
  return promptTokens * price.promptNanoUsd + completionTokens * price.completionNanoUsd;
}

function isClose(estimate: number, actual: number): boolean {
  return Math.abs(estimate - actual) <= ESTIMATE_SLACK.tokens + actual * ESTIMATE_SLACK.share;
}

const ATTEMPTS = `
  SELECT request_id AS "requestId", attempt, provider_model AS model, provider, source, status, failure, billable,
         estimated, prompt_tokens::int AS "promptTokens", completion_tokens::int AS "completionTokens",
         cost_nano_usd::float8 AS "costNanoUsd"
  FROM ledger_attempt ORDER BY request_id, attempt`;

const REQUESTS = `
  SELECT request_id AS "requestId", requested_model AS model, status, http_status AS "httpStatus",
         error_code AS "errorCode", prompt_tokens::int AS "promptTokens", completion_tokens::int AS "completionTokens",
         cost_nano_usd::float8 AS "costNanoUsd"
  FROM ledger_request`;
