import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { type FileContent, readFileContent } from './file-content';
import { FileWatcher } from './file-watcher';

describe('FileWatcher', () => {
  let directory: string;
  let watcher: FileWatcher | null = null;
  let seen: string[] = [];
  let waiting: { readonly text: string; readonly resolve: () => void } | null = null;
  let refusals = 0;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'file-watcher-'));
    seen = [];
    refusals = 0;
  });

  afterEach(async () => {
    await watcher?.stop();
    rmSync(directory, { recursive: true });
  });

  const path = () => join(directory, 'gateway.yaml');

  async function onContent(content: FileContent): Promise<void> {
    if (refusals > 0) {
      refusals -= 1;
      throw new Error('not now');
    }
    seen.push(content.kind === 'text' ? content.text : content.reason);
    if (waiting && seen.includes(waiting.text)) waiting.resolve();
  }

  function startWatching(file = path()): Promise<void> {
    watcher = new FileWatcher({
      path: file,
      pollMs: 20,
      settleMs: 5,
      read: readFileContent,
      onContent,
      logger: SILENT_LOGGER,
    });
    return watcher.start();
  }

  function until(text: string): Promise<void> {
    if (seen.includes(text)) return Promise.resolve();
    return new Promise((resolve) => {
      waiting = { text, resolve };
    });
  }

  it('L3 delivers what is there at the start and every later content once', async () => {
    writeFileSync(path(), 'one');
    await startWatching();
    expect(seen).toEqual(['one']);
    writeFileSync(path(), 'one');
    writeFileSync(path(), 'two');
    await until('two');
    expect(seen).toEqual(['one', 'two']);
  });

  it('L3 follows renames over the file, as editors save', async () => {
    writeFileSync(path(), 'one');
    await startWatching();
    writeFileSync(join(directory, '.gateway.yaml.swp'), 'two');
    renameSync(join(directory, '.gateway.yaml.swp'), path());
    await until('two');
    expect(seen).toEqual(['one', 'two']);
  });

  it('L3 follows a link that is swapped for another, as Kubernetes mounts config maps', async () => {
    for (const [folder, text] of [
      ['..1', 'one'],
      ['..2', 'two'],
    ] as const) {
      const target = mkdtempSync(join(directory, folder));
      writeFileSync(join(target, 'gateway.yaml'), text);
      symlinkSync(target, join(directory, `${folder}.link`));
    }
    symlinkSync(join(directory, '..1.link'), join(directory, '..data'));
    symlinkSync(join(directory, '..data', 'gateway.yaml'), path());
    await startWatching();
    symlinkSync(join(directory, '..2.link'), join(directory, '..data.new'));
    renameSync(join(directory, '..data.new'), join(directory, '..data'));
    await until('two');
    expect(seen).toEqual(['one', 'two']);
  });

  it('L3 follows a directory that is deleted and made again', async () => {
    const folder = join(directory, 'mounted');
    const file = join(folder, 'gateway.yaml');
    mkdirSync(folder);
    writeFileSync(file, 'one');
    await startWatching(file);
    rmSync(folder, { recursive: true });
    await until('does not exist');
    expect(watcher?.status()).toMatchObject({ source: file, kind: 'file', awayReason: 'does not exist' });
    mkdirSync(folder);
    writeFileSync(file, 'two');
    await until('two');
    writeFileSync(file, 'three');
    await until('three');
    expect(watcher?.status()).toMatchObject({ awaySinceUnixMs: 0, awayReason: '' });
  });

  it('L3 ends with the last of many quick edits, and delivers nothing twice in a row', async () => {
    writeFileSync(path(), 'one');
    await startWatching();
    for (let edit = 0; edit < 200; edit += 1) {
      writeFileSync(path(), `edit ${edit}`);
      if (edit % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await until('edit 199');
    expect(seen.at(-1)).toBe('edit 199');
    expect(seen.filter((text, index) => text === seen[index - 1])).toEqual([]);
  });

  it('tells when the file is missing, and when it comes', async () => {
    await startWatching();
    expect(seen).toEqual(['does not exist']);
    writeFileSync(path(), 'one');
    await until('one');
  });

  it('offers content again that could not be taken', async () => {
    refusals = 3;
    writeFileSync(path(), 'one');
    await startWatching();
    await until('one');
    expect(refusals).toBe(0);
    expect(seen).toEqual(['one']);
  });

  it('delivers again on request, changed or not', async () => {
    writeFileSync(path(), 'one');
    await startWatching();
    await watcher?.refresh();
    expect(seen).toEqual(['one', 'one']);
    refusals = 1;
    await expect(watcher?.refresh()).rejects.toThrow('not now');
  });

  it('waits until a file that is written in steps has come to rest', async () => {
    const contents = ['start', 'half', 'half and mo', 'half and more', 'half and more'];
    watcher = new FileWatcher({
      path: path(),
      pollMs: 5,
      settleMs: 5,
      read: async () => ({ kind: 'text', text: contents.length > 1 ? contents.shift()! : contents[0]! }),
      onContent,
      logger: SILENT_LOGGER,
    });
    await watcher.start();
    await until('half and more');
    expect(seen).toEqual(['start', 'half and more']);
  });
});
