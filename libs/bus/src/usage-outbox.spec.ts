// Real: spool files in a directory of their own. JetStream is a list.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeUsageEvents, type UsageEvent } from '@gateway/contracts';
import { anAttemptRecord, aUsageEvent, eventually } from '@gateway/testkit';
import fc from 'fast-check';
import { UsageOutbox } from './usage-outbox';

const silent = { debug() {}, info() {}, warn() {}, error() {}, isEnabled: () => false };
const opened: UsageOutbox[] = [];
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'outbox-'));
});

afterEach(async () => {
  // Their files belong to others by now; what matters is that they stop trying.
  await Promise.all(opened.splice(0).map((outbox) => outbox.close(0).catch(() => undefined)));
  rmSync(directory, { recursive: true, force: true });
});

function open(publish: (events: UsageEvent[]) => void = () => undefined): UsageOutbox {
  const outbox = new UsageOutbox({
    directory,
    logger: silent as never,
    publish: async (batch) => publish(decodeUsageEvents(batch).events),
  });
  opened.push(outbox);
  return outbox;
}

const calls = (requestId: string, attempt: number, status: 'lost' | 'success'): UsageEvent =>
  aUsageEvent({ requestId, attempt: anAttemptRecord({ attempt, status }) });

/** Makes the files that are there belong to a process that has ended, as after a kill. */
function leaveBehind(): void {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const [index, name] of readdirSync(directory).entries()) {
    renameSync(
      join(directory, name),
      join(directory, `${hostname()}.${pid}.${Date.now().toString(36)}-${index}.usage.jsonl`),
    );
  }
}

/** What the process after a kill hands to JetStream. */
async function recovered(): Promise<UsageEvent[]> {
  leaveBehind();
  const sent: UsageEvent[] = [];
  const next = open((events) => sent.push(...events));
  next.recover();
  await next.flush(5_000);
  await next.close(1_000);
  return sent;
}

const summary = (events: readonly UsageEvent[]) =>
  events.map(({ requestId, attempt }) => `${requestId}:${attempt?.attempt} ${attempt?.status}`).sort();

it('a call that had begun when the process died is booked by the next one, unless its end was added', async () => {
  const outbox = open(() => {
    throw new Error('JetStream is away');
  });
  outbox.foresee(calls('a', 1, 'lost'));
  outbox.foresee(calls('b', 1, 'lost'));
  outbox.add(calls('b', 1, 'success'));
  outbox.foresee(calls('b', 2, 'lost'));
  outbox.writeSpool();
  expect(summary(await recovered())).toEqual(['a:1 lost', 'b:1 success', 'b:2 lost']);
});

it('what was foreseen is never sent while the process lives, and says nothing of being foreseen later', async () => {
  const sent: UsageEvent[] = [];
  const outbox = open((events) => sent.push(...events));
  outbox.foresee(calls('a', 1, 'lost'));
  outbox.add(calls('a', 1, 'success'));
  outbox.foresee(calls('open', 1, 'lost'));
  await outbox.flush(5_000);
  expect(summary(sent)).toEqual(['a:1 success']);
  const left = await recovered();
  expect(left.filter(({ requestId }) => requestId === 'open')).toEqual([calls('open', 1, 'lost')]);
});

it('an end that JetStream has before the file has it is not taken for a call without an end', async () => {
  const published: (() => void)[] = [];
  const outbox = new UsageOutbox({
    directory,
    logger: silent as never,
    publish: () => new Promise((resolve) => published.push(resolve)),
  });
  opened.push(outbox);
  outbox.foresee(calls('b', 1, 'lost'));
  outbox.writeSpool();
  outbox.add(calls('a', 1, 'success'));
  await eventually('the first batch', () => published.length === 1);
  // Both batches are acknowledged within this turn of the event loop, and the file is written after it.
  outbox.add(calls('b', 1, 'success'));
  published.shift()?.();
  while (published.length === 0) await Promise.resolve();
  published.shift()?.();
  while (outbox.backlog > 0) await Promise.resolve();
  await Promise.resolve();
  outbox.writeSpool();
  expect(summary(await recovered())).not.toContain('b:1 lost');
});

it('any order of beginnings, ends and truncations loses no call and resurrects none', async () => {
  const steps = fc.array(
    fc.record({ request: fc.integer({ min: 0, max: 5 }), ends: fc.boolean(), bulk: fc.boolean() }),
    {
      maxLength: 20,
    },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      rmSync(directory, { recursive: true, force: true });
      const sent: UsageEvent[] = [];
      const outbox = open((events) => sent.push(...events));
      const begun = new Set<string>();
      for (const { request, ends, bulk } of sequence) {
        const id = String(request);
        if (ends) outbox.add(calls(id, 1, 'success'));
        else if (!begun.has(id)) outbox.foresee(calls(id, 1, 'lost'));
        begun.add(id);
        // More than a megabyte in the file lets the outbox truncate it once all is sent.
        if (bulk) {
          outbox.add(aUsageEvent({ requestId: 'bulk', requestedModel: 'x'.repeat(1_100_000) }));
          await eventually('the outbox to be empty', () => outbox.backlog === 0);
        }
      }
      outbox.writeSpool();
      await outbox.flush(5_000);
      const all = [...sent, ...(await recovered())].filter(({ requestId }) => requestId !== 'bulk');
      for (const id of begun) {
        const ofCall = all.filter(({ requestId }) => requestId === id);
        const ended = sequence.some(({ request, ends }) => String(request) === id && ends);
        expect(new Set(ofCall.map(({ attempt }) => attempt?.status))).toEqual(new Set([ended ? 'success' : 'lost']));
      }
    }),
    { numRuns: 10 },
  );
});
