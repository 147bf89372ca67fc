import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { aUsageEvent } from '@gateway/testkit';
import { isAbandonedSpool, SpoolFile, spoolFileName } from './spool-file';
import { UsageOutbox } from './usage-outbox';

describe('spool files', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('D3 a file of this process is not abandoned', () => {
    expect(isAbandonedSpool(spoolFileName(0), 0)).toBe(false);
  });

  it('D3 a file of an earlier process with the same number, as in a restarted container, is abandoned', () => {
    const earlier = (Date.now() - process.uptime() * 1_000 - 60_000).toString(36).split('.')[0];
    expect(isAbandonedSpool(`${hostname()}.${process.pid}.${earlier}-0.usage.jsonl`, 0)).toBe(true);
  });

  it('D3 keeps every byte of text that is not ASCII, and knows its size', () => {
    const file = new SpoolFile(directory);
    file.append('{"a":"žluťoučký"}\n');
    file.append('{"b":"日本"}\n');
    expect(readFileSync(file.path, 'utf8')).toBe('{"a":"žluťoučký"}\n{"b":"日本"}\n');
    expect(file.bytes).toBe(readFileSync(file.path).length);
    file.close({ remove: true });
  });

  it('D3 an event that comes after the outbox was closed is left for the next process', async () => {
    const outbox = new UsageOutbox({ directory, logger: SILENT_LOGGER, publish: () => Promise.resolve() });
    await outbox.close(10);
    outbox.add(aUsageEvent());
    await new Promise((resolve) => setImmediate(resolve));
    const [name = ''] = readdirSync(directory);
    expect(readFileSync(join(directory, name), 'utf8')).toBe(`${JSON.stringify(aUsageEvent())}\n`);
  });
});
