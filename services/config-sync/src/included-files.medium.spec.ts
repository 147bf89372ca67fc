import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { eventually } from '@gateway/testkit';
import { type FileContent, readConfiguration } from './file-content';
import { FileWatcher } from './file-watcher';

// Real: files.
describe('a configuration of several files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'include-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('L2 changes when an included file does, wherever that is', async () => {
    const path = join(folder, 'main.yaml');
    const model = join(folder, 'models/one.yaml');
    mkdirSync(join(folder, 'models'));
    writeFileSync(path, 'include: [models/one.yaml]\n');
    writeFileSync(model, 'model_list: [1]\n');
    const seen: FileContent[] = [];
    const watcher = new FileWatcher({
      path,
      pollMs: 20,
      settleMs: 10,
      read: readConfiguration,
      onContent: (content) => Promise.resolve(void seen.push(content)),
      logger: SILENT_LOGGER,
    });
    await watcher.start();
    try {
      expect(seen).toEqual([
        {
          kind: 'text',
          text: 'include: [models/one.yaml]\n',
          included: { [model]: { kind: 'text', text: 'model_list: [1]\n' } },
        },
      ]);
      writeFileSync(model, 'model_list: [2]\n');
      await eventually('the change of the included file', () => lastOf(seen).includes('model_list: [2]'));
      rmSync(model);
      await eventually('its absence', () => lastOf(seen).includes('does not exist'));
    } finally {
      await watcher.stop();
    }
  });
});

function lastOf(seen: readonly FileContent[]): string {
  return JSON.stringify(seen.at(-1));
}
