import { CHAT_WIRES } from '@gateway/domain';
import type { ChatAdapter, ProviderCall } from '@gateway/provider-kit';
import { describeChatAdapter, type EmulatedReply } from '@gateway/provider-kit/conformance';
import { OPENAI_COMPATIBLE_ROWS } from './openai-compatible/openai-compatible-rows';
import type { ProviderEntry } from './provider-entry';
import { createProviderRegistry, PROVIDERS } from './provider-registry';

const ENTRIES = PROVIDERS.prefixes.flatMap((prefix) => PROVIDERS.find(prefix) ?? []);
const ROW_OF = new Map(OPENAI_COMPATIBLE_ROWS.map((row) => [row.prefix, row]));

/** An OpenAI-wire server that lets nobody in but with the key in the place its row names. */
function emulateOpenAi(entry: ProviderEntry, call: ProviderCall, key: string): EmulatedReply {
  const header = ROW_OF.get(entry.prefix)?.keyHeader;
  const presented = header ? call.headers[header] : call.headers.authorization;
  if (!call.path.split('?')[0]?.endsWith('/chat/completions')) return reply(404, { message: 'no such path' });
  if (presented !== (header ? key : `Bearer ${key}`)) {
    return reply(401, { message: `Incorrect API key provided: ${presented}.`, code: 'invalid_api_key' });
  }
  return reply(200, undefined);
}

function reply(status: number, error: unknown): EmulatedReply {
  return { status, headers: {}, body: JSON.stringify({ error }) };
}

describe('B1 the provider table', () => {
  it('has well over a hundred providers, each under one prefix', () => {
    expect(ENTRIES.length).toBeGreaterThan(120);
    expect(new Set(PROVIDERS.prefixes).size).toBe(PROVIDERS.prefixes.length);
    expect(ENTRIES.length).toBeGreaterThan(OPENAI_COMPATIBLE_ROWS.length);
  });

  it('refuses two providers of one prefix', () => {
    const [first] = ENTRIES;
    expect(() => createProviderRegistry([first!, first!])).toThrow(first!.prefix);
  });

  it('finds nothing under names that are only properties of an object', () => {
    expect(['constructor', '__proto__', 'nobody'].map((name) => PROVIDERS.find(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(ENTRIES.map((entry) => [entry.prefix, entry] as const))('%s is well formed', (prefix, entry) => {
    // The prefix is a segment of NATS subjects and of model names: no dot, no slash, no wildcard.
    expect(prefix).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    expect(entry.displayName).not.toBe('');
    const adapters = [...(entry.chat ? [entry.chat] : []), ...(entry.moreChat ?? [])];
    for (const { wire } of adapters) expect(CHAT_WIRES).toContain(wire);
    expect(adapters.length + Object.keys(entry.operations ?? {}).length).toBeGreaterThan(0);
    for (const variable of [...entry.apiKeyVariables, ...entry.baseUrlVariables]) {
      expect(variable).toMatch(/^[A-Z][A-Z0-9_]*$/);
    }
    if (entry.defaultBaseUrl === null) return;
    const filled = entry.defaultBaseUrl.replace(/\{[A-Z][A-Z0-9_]*\}/g, 'mine');
    const url = new URL(filled);
    const isLocal = ['localhost', '127.0.0.1'].includes(url.hostname);
    expect(url.protocol).toBe(isLocal ? 'http:' : 'https:');
    expect(filled).not.toMatch(/[{}\s]|\/$/);
  });
});

describe.each(ENTRIES.filter((entry) => ROW_OF.has(entry.prefix)).map((entry) => [entry.prefix, entry] as const))(
  'B2 %s',
  (prefix, entry) => {
    describeChatAdapter(prefix, {
      adapter: entry.chat as ChatAdapter,
      makeTarget: (overrides) => ({
        baseUrl: entry.defaultBaseUrl?.replace(/\{[A-Z0-9_]+\}/g, 'mine') ?? 'https://my-own.example/v1',
        apiKey: null,
        extraHeaders: {},
        ...overrides,
      }),
      emulate: (call, key) => emulateOpenAi(entry, call, key),
    });
  },
);
