// What is measured. Model names carry the upstream's behaviour, see upstream.mjs.
export const SCENARIOS = {
  c1: { what: 'one connection, instant provider: added latency', connections: 1, model: 'mock-d0' },
  r200: { what: '200 requests/s, open loop', connections: 64, ratePerSecond: 200, model: 'mock-d0' },
  c64: { what: '64 connections: requests/s of one core', connections: 64, model: 'mock-d0' },
  big100k: { what: '100 KB prompts, 4 connections', connections: 4, model: 'mock-d0', promptBytes: 100 * 1024 },
  s1: { what: 'one stream, 50 chunks every 4 ms', connections: 1, stream: true, model: 'mock-d0-n50-i4000' },
  s64: { what: '64 streams, 50 chunks every 20 ms', connections: 64, stream: true, model: 'mock-d0-n50-i20000' },
};

/**
 * What it costs to translate a stream: 64 streams of 50 chunks every 20 ms, from each client's format to each provider's.
 * The first is passed through and is what the others are compared with; so is the second, for a look.
 */
export const TRANSLATIONS = Object.fromEntries(
  [
    ['openai', 'openai'],
    ['anthropic', 'anthropic'],
    ['anthropic', 'openai'],
    ['openai', 'anthropic'],
    ['openai', 'gemini'],
    ['gemini', 'openai'],
    ['anthropic', 'gemini'],
    ['gemini', 'anthropic'],
  ].map(([client, provider]) => [
    `${client}-${provider}`,
    { client, connections: 64, stream: true, model: `${provider}-mock-d0-n50-i20000` },
  ]),
);
