// Walks docs/adding-a-provider.md in a copy of libs/providers. Real: the files, HTTP on loopback. Emulated: the providers.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProviderCall } from '@gateway/provider-kit';
import type { ProviderRegistry, prepareChatBody } from '@gateway/providers';
import { AnthropicEmulator, OpenAiEmulator, type ProviderEmulator } from '@gateway/testkit';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';

interface Step {
  readonly file: string;
  readonly kind: 'new' | 'one more row';
  readonly code: string;
}

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/adding-a-provider.md'), 'utf8');
const steps = [...page.matchAll(/^`([^`]+)`, (new|one more row):\n\n```ts\n([\s\S]*?)^```$/gm)].map(
  ([, file = '', kind, code = '']): Step => ({ file, kind: kind === 'new' ? 'new' : 'one more row', code }),
);

// While tests are collected, since the page's own spec is one of them.
const copy = mkdtempSync(join(tmpdir(), 'adding-a-provider-'));
cpSync(join(root, 'libs/providers/src'), join(copy, 'libs/providers/src'), {
  recursive: true,
  filter: (file) => !file.endsWith('.spec.ts'),
});
for (const step of steps) walk(step);

function walk({ file, kind, code }: Step): void {
  const path = join(copy, file);
  if (kind === 'new') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    return;
  }
  const lines = code.split('\n').filter((line) => line !== '');
  const imports = lines.filter((line) => line.startsWith('import '));
  const rows = lines.filter((line) => !line.startsWith('import '));
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf(']');
  writeFileSync(path, [...imports, text.slice(0, end) + rows.join('\n'), text.slice(end)].join('\n'));
}

const load = <Exports>(file: string): Exports => require(join(copy, 'libs/providers/src', file)) as Exports;
const { PROVIDERS } = load<{ PROVIDERS: ProviderRegistry }>('provider-registry');
const prepare = load<{ prepareChatBody: typeof prepareChatBody }>('prepare-chat-body/prepare-chat-body');

afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What a worker does with a configured deployment, in small: the client's body, made ready and sent. */
async function callThrough(prefix: string, baseUrl: string, body: object): Promise<Response> {
  const entry = PROVIDERS.find(prefix);
  if (!entry?.chat) throw new Error(`${prefix} is not in the registry`);
  const prepared = prepare.prepareChatBody({
    clientWire: 'openai-chat',
    body: Buffer.from(JSON.stringify(body)),
    stream: false,
    adapter: entry.chat,
    providerModel: 'mock-model',
    deployment: {},
    codecs: CHAT_WIRE_CODECS,
  });
  const target = { baseUrl, apiKey: 'key', extraHeaders: {} };
  const call: ProviderCall = entry.chat.buildChatCall(target, prepared.body, {
    providerModel: 'mock-model',
    stream: false,
  });
  return fetch(call.origin + call.path, {
    method: call.method,
    headers: call.headers,
    body: Buffer.from(call.body ?? []),
  });
}

async function answerOf<Emulator extends ProviderEmulator>(
  emulator: Emulator,
  call: (origin: string) => Promise<Response>,
): Promise<{ readonly status: number; readonly text: string; readonly billed: number; readonly body: string }> {
  const origin = await emulator.start();
  try {
    const response = await call(origin);
    const text = await response.text();
    return {
      status: response.status,
      text,
      billed: emulator.totals().billedRequests,
      body: emulator.requests()[0]?.body ?? '',
    };
  } finally {
    await emulator.stop();
  }
}

const QUESTION = {
  model: 'x',
  max_completion_tokens: 50,
  messages: [{ role: 'user', content: 'Tell me about rivers' }],
};

describe('docs/adding-a-provider.md', () => {
  test('B1 its steps are the ones it promises: a row, and a folder with a line', () => {
    expect(steps.map(({ file, kind }) => [file.replace('libs/providers/src/', ''), kind])).toEqual([
      ['openai-compatible/model-hosts.ts', 'one more row'],
      ['acme-teams/acme-adapter.ts', 'new'],
      ['acme-teams/acme-entry.ts', 'new'],
      ['acme-teams/acme-adapter.spec.ts', 'new'],
      ['provider-registry.ts', 'one more row'],
    ]);
  });

  test('B1 the row alone makes a provider that can be called, quirks and all', async () => {
    const entry = PROVIDERS.find('acme');
    expect([entry?.defaultBaseUrl, Object.keys(entry?.operations ?? {})]).toEqual([
      'https://api.acme.example/v1',
      ['embeddings'],
    ]);
    const answer = await answerOf(new OpenAiEmulator({ rejectUnknownFields: true }), (origin) =>
      callThrough('acme', `${origin}/v1`, QUESTION),
    );
    expect([answer.status, answer.billed]).toEqual([200, 1]);
    expect(answer.text).toContain('Tell me about rivers');
    expect(JSON.parse(answer.body)).toMatchObject({ model: 'mock-model', max_tokens: 50 });
  });

  test('B1 the folder and its line make another, on a wire that the client does not speak', async () => {
    const answer = await answerOf(new AnthropicEmulator({ rejectUnknownFields: true }), (origin) =>
      callThrough('acme_teams', origin, QUESTION),
    );
    expect([answer.status, answer.billed]).toEqual([200, 1]);
    expect(answer.text).toContain('Tell me about rivers');
  });
});

describe('the page’s own spec', () => {
  load('acme-teams/acme-adapter.spec');
});
