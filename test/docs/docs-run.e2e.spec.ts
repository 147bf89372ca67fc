// Does what the documentation tells its reader to do. Real: bash, curl, Node, the vendors' clients, the whole mesh with
// the configuration of `make up`, PostgreSQL, NATS, Redis. Emulated: the providers.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { type CodeBlock, codeBlocks } from './code-blocks';
import { Reader } from './reader';

const repository = join(__dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(repository, 'docs')).filter((name) => name.endsWith('.md'))];
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** An error inside a stream, whose status was sent long before. */
const STREAMED_ERROR = /^event: error$|^data: \{"error"/m;
const START_MS = 180_000;

let mesh: TestMesh;
let addresses: ReadonlyMap<string, string>;

beforeAll(async () => {
  mesh = await startTestMesh();
  const { openai = '', anthropic = '', gemini = '' } = mesh.emulators?.urls ?? {};
  addresses = new Map([
    ['http://127.0.0.1:8080', mesh.url],
    ['http://127.0.0.1:9101', new URL(openai).origin],
    ['http://127.0.0.1:9102', anthropic],
    ['http://127.0.0.1:9103', gemini],
  ]);
}, START_MS);
afterAll(() => mesh.stop(), START_MS);

describe.each(PAGES)('%s', (name) => {
  const path = join(repository, name === 'README.md' ? name : join('docs', name));
  const blocks = codeBlocks(name, readFileSync(path, 'utf8'));
  const run = blocks.filter(({ language, notRunBecause }) => /^(sh|js)$/.test(language) && !notRunBecause);
  const configurations = blocks.filter(({ language, code }) => language === 'yaml' && code.startsWith('model_list:'));
  let reader: Reader;

  beforeAll(() => {
    reader = new Reader({ repository, addresses });
    reader.save('.data/master-key', mesh.masterKey);
    for (const picture of ['photo.png', 'mask.png']) reader.save(picture, PICTURE);
    for (const { fileName, code } of blocks) if (fileName) reader.save(fileName, code);
  });
  afterAll(() => reader.leave());

  // A page without commands is a test all the same, so that every page is seen here.
  it('has only blocks whose language is known', () => {
    const languages = new Set(blocks.map(({ language }) => language));
    expect([...languages].filter((language) => !/^(sh|js|ts|yaml|json)$/.test(language))).toEqual([]);
  });

  for (const block of run) {
    it(
      `line ${block.line} does what it says`,
      async () => {
        expect(await runBlock(reader, block)).not.toMatch(STREAMED_ERROR);
      },
      START_MS,
    );
  }

  for (const { line, code } of configurations) {
    it(
      `line ${line} is a configuration without mistakes`,
      async () => {
        reader.save('checked.yaml', code);
        await reader.runShell('npx llmgateway config check checked.yaml');
      },
      START_MS,
    );
  }
});

function runBlock(reader: Reader, { language, code }: CodeBlock): Promise<string> {
  return language === 'js' ? reader.runModule(code) : reader.runShell(code);
}
