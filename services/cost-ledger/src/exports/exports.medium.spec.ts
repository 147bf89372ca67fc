import { gunzipSync } from 'node:zlib';
import { S3Emulator } from '@gateway/testkit';
import { createRecorder } from '../../test/create-recorder';
import { openTestDatabase, type TestDatabase, TRUNCATE_BOOKS } from '../../test/open-test-database';
import { attemptRecord, NOON_UNIX_MS, requestRecord, usage, usageEvent } from '../../test/usage-events';
import { WebhookReceiver } from '../../test/webhook-receiver';
import { ExportCursor } from './export-cursor';
import { exportRequests } from './export-requests';
import type { ExportTarget } from './export-target';
import { LangfuseTarget } from './langfuse-target';
import { S3Target } from './s3-target';

// Real: PostgreSQL, AWS's client, HTTP on loopback. Emulated: S3 and Langfuse.
const SECRET = 'the secret key';
let test: TestDatabase;
let s3: S3Emulator;
let s3Origin: string;
let langfuse: WebhookReceiver;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.database.query(`${TRUNCATE_BOOKS}, export_cursor, export_later`);
  s3 = new S3Emulator({ buckets: ['books'], keys: { 'an id': SECRET } });
  [s3Origin, langfuse] = await Promise.all([s3.start(), WebhookReceiver.open()]);
});
afterEach(async () => {
  langfuse.close();
  await s3.stop();
});

const s3Target = (): ExportTarget =>
  new S3Target(
    {
      bucket: 'books',
      region: 'eu-west-1',
      prefix: 'gw/',
      endpoint: s3Origin,
      pathStyle: true,
      accessKeyId: 'os.environ/ID',
      secretAccessKey: 'os.environ/SECRET',
    },
    (reference) => (reference === 'os.environ/ID' ? 'an id' : SECRET),
  );

const langfuseTarget = (): ExportTarget =>
  new LangfuseTarget(
    { host: `${langfuse.url}/`, publicKey: 'os.environ/PK', secretKey: 'os.environ/SK', reach: 'any' },
    (reference) => (reference === 'os.environ/PK' ? 'pk' : 'sk'),
  );

/** By one of any number of ledgers, which goes on to hold the lease. */
function go(target: ExportTarget): Promise<void> {
  const cursor = new ExportCursor(test.database, target.name, 0);
  return exportRequests({ database: test.database, cursor, target, report: () => undefined, isStopped: () => false });
}

async function send(target: ExportTarget): Promise<void> {
  await go(target);
  // As a ledger that is gone: what it holds is over after two minutes.
  await test.database.query("UPDATE export_cursor SET lease_until = '-infinity'");
}

/** A target begins when it is first seen: two hours ago here. */
async function begin(target: ExportTarget): Promise<void> {
  await test.database.query("INSERT INTO export_cursor (target, position_at) VALUES ($1, now() - interval '2 hours')", [
    target.name,
  ]);
}

const whole = (id: string) =>
  usageEvent(id, {
    tags: ['blue'],
    attempt: attemptRecord({ usage: usage(10, 20) }),
    request: requestRecord({ receivedAtUnixMs: NOON_UNIX_MS }),
  });

/** Requests that were recorded so long ago. */
async function recorded(ago: string, ...ids: readonly string[]): Promise<void> {
  await createRecorder(test.database).record(ids.map(whole));
  await age(ago, ids);
}

const age = (ago: string, ids: readonly string[]) =>
  test.database.query(
    'UPDATE ledger_request SET recorded_at = now() - $1::interval WHERE request_id = ANY ($2::text[])',
    [ago, ids],
  );

const linesIn = (object: Buffer): Record<string, unknown>[] =>
  gunzipSync(object)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const stored = () => s3.shelf.objectsOf('books');
const exported = () => stored().flatMap(({ bytes }) => linesIn(bytes));
const idsSent = () => exported().map(({ request_id }) => request_id as string);

describe('export to S3', () => {
  it('D7 sends signed, gzipped lines by date and hour, with nothing of what was said', async () => {
    await begin(s3Target());
    await recorded('90 minutes', 'a', 'b');
    await recorded('10 minutes', 'c');
    await send(s3Target());
    for (const { key } of stored()) {
      expect(key).toMatch(/^gw\/date=\d{4}-\d\d-\d\d\/hour=\d\d\/[0-9a-f]{32}\.jsonl\.gz$/);
    }
    expect(idsSent()).toEqual(['a', 'b', 'c']);
    expect(exported()[0]).toMatchObject({
      request_id: 'a',
      team_id: 't1',
      tags: ['blue'],
      status: 'success',
      received_at: '2026-11-21T12:00:00.000Z',
      cost_nano_usd: 210,
      attempts: [{ attempt: 0, provider: 'mock', prompt_tokens: 10, completion_tokens: 20 }],
    });
    await send(s3Target());
    expect(s3.requests()).toHaveLength(stored().length);
  });

  it('D7 loses nothing while S3 is away, and sends a batch again under the same name', async () => {
    await begin(s3Target());
    await recorded('60 minutes', 'a');
    await recorded('5 minutes', 'b');
    s3.addFault({ status: 503 });
    await expect(send(s3Target())).rejects.toThrow();
    expect(stored()).toHaveLength(0);
    await test.database.query("UPDATE export_cursor SET lease_until = '-infinity'");
    s3.clearFaults();
    await send(s3Target());
    expect(idsSent().sort()).toEqual(['a', 'b']);
    await test.database.query("UPDATE export_cursor SET position_at = now() - interval '2 hours', position_id = ''");
    await send(s3Target());
    expect(stored()).toHaveLength(2);
  });

  it('D7 several ledgers send each request once, in as many batches as it takes', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `r${String(index).padStart(2, '0')}`);
    await begin(s3Target());
    await recorded('30 minutes', ...ids);
    // Right before them, so that the first thing anybody does is to send them.
    await test.database.query("UPDATE export_cursor SET position_at = now() - interval '31 minutes'");
    const small = () => Object.assign(s3Target(), { batchSize: 10 });
    await Promise.all([go(small()), go(small()), go(small())]);
    await go(small());
    expect(idsSent().sort()).toEqual(ids);
    expect([stored().length, s3.requests().length]).toEqual([3, 3]);
  });

  it('D7 passes over no request that is still being recorded, and none that has not ended', async () => {
    await begin(s3Target());
    await recorded('30 minutes', 'before');
    await createRecorder(test.database).record([usageEvent('open', { attempt: attemptRecord() })]);
    await age('20 minutes', ['open']);
    await test.database.transaction(async (session) => {
      await session.query(
        `INSERT INTO ledger_request (request_id, key_hash, requested_model, wire, stream, source, status, received_at,
           attempts, version_key)
         VALUES ('slow', 'k', 'm', 'openai-chat', false, 'edge', 'success', now(), 0, 'v')`,
      );
      await createRecorder(test.database).record([whole('after')]);
      // What of the past is not known yet begins with this transaction.
      await send(s3Target());
    });
    expect(idsSent()).toEqual(['before']);
    await createRecorder(test.database).record([whole('open')]);
    await send(s3Target());
    expect(idsSent().sort()).toEqual(['after', 'before', 'open', 'slow']);
  });

  it('D7 a target that is new begins now', async () => {
    await recorded('60 minutes', 'long ago');
    await send(s3Target());
    expect(s3.requests()).toEqual([]);
  });
});

describe('export to Langfuse', () => {
  it('D7 sends a trace for a request and a generation for each provider call, again with the same ids', async () => {
    await begin(langfuseTarget());
    await recorded('30 minutes', 'a');
    langfuse.answer = () => ({ status: 503 });
    await expect(send(langfuseTarget())).rejects.toThrow('Langfuse answered 503');
    await test.database.query("UPDATE export_cursor SET lease_until = '-infinity'");
    langfuse.answer = () => ({ status: 207 });
    await send(langfuseTarget());
    const [first, second] = langfuse.received;
    expect([first?.path, first?.headers.authorization, first?.body]).toEqual([
      '/api/public/ingestion',
      `Basic ${Buffer.from('pk:sk').toString('base64')}`,
      second?.body,
    ]);
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      batch: [
        { id: 'a:trace', type: 'trace-create', body: { id: 'a', name: 'mock-gpt', userId: 'u1', tags: ['blue'] } },
        {
          id: 'a:0',
          type: 'generation-create',
          body: {
            traceId: 'a',
            model: 'gpt',
            startTime: '2026-11-21T12:00:00.005Z',
            endTime: '2026-11-21T12:00:00.125Z',
            completionStartTime: '2026-11-21T12:00:00.045Z',
            usageDetails: { input: 10, output: 20 },
            costDetails: { total: 2.1e-7 },
            level: 'DEFAULT',
          },
        },
      ],
    });
    await send(langfuseTarget());
    expect(langfuse.received).toHaveLength(2);
  });
});
