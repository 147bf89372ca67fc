import { parseArgs } from 'node:util';
import { AnthropicEmulator } from './anthropic/anthropic-emulator';
import { GeminiEmulator } from './gemini/gemini-emulator';
import { OpenAiEmulator } from './openai/openai-emulator';

const HELP = `Emulated providers on 127.0.0.1: deterministic answers, faults on demand, and their own bill.

  node dist/emulators/main.js [--openai-port N] [--anthropic-port N] [--gemini-port N] [options]

  --host ADDRESS            address to listen on (default 127.0.0.1)
  --openai-port N           port of the OpenAI emulator, 0 for a free one (default 0)
  --anthropic-port N        port of the Anthropic emulator, 0 for a free one (default 0)
  --gemini-port N           port of the Gemini emulator, 0 for a free one (default 0)
  --chunk-delay-ms N        pause between two tokens (default 0)
  --header-delay-ms N       pause before the response head (default 0)
  --reject-unknown-fields   refuse fields the vendor does not document
  --help                    this text

Prints one line of JSON when all listen: {"ready":true,"openai":"http://…/v1","anthropic":"http://…","gemini":"http://…",…}
`;

/** Runs the emulators until SIGTERM or SIGINT. Exit code 2 for a wrong option, 1 when a port cannot be had. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      'openai-port': { type: 'string', default: '0' },
      'anthropic-port': { type: 'string', default: '0' },
      'gemini-port': { type: 'string', default: '0' },
      'chunk-delay-ms': { type: 'string', default: '0' },
      'header-delay-ms': { type: 'string', default: '0' },
      'reject-unknown-fields': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const options = {
    defaultChunkDelayMs: wholeNumber('--chunk-delay-ms', values['chunk-delay-ms']),
    defaultHeaderDelayMs: wholeNumber('--header-delay-ms', values['header-delay-ms']),
    rejectUnknownFields: values['reject-unknown-fields'],
  };
  const openAi = new OpenAiEmulator(options);
  const anthropic = new AnthropicEmulator(options);
  const gemini = new GeminiEmulator(options);
  const openAiPort = wholeNumber('--openai-port', values['openai-port']);
  const anthropicPort = wholeNumber('--anthropic-port', values['anthropic-port']);
  const geminiPort = wholeNumber('--gemini-port', values['gemini-port']);
  const addresses = {
    openai: `${await openAi.start(openAiPort, values.host)}/v1`,
    anthropic: await anthropic.start(anthropicPort, values.host),
    gemini: await gemini.start(geminiPort, values.host),
  };
  // A log line like those of the services, for `make up`; whoever waits for it looks at `ready`.
  const log = { level: 'info', time: new Date().toISOString(), service: 'emulators', msg: 'emulated providers are up' };
  process.stdout.write(`${JSON.stringify({ ...log, ready: true, ...addresses })}\n`);
  const stop = () => void Promise.all([openAi.stop(), anthropic.stop(), gemini.stop()]).then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

class WrongOption extends Error {}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new WrongOption(`${option} wants a whole number, not "${text}"`);
  return Number(text);
}

main().catch((error: unknown) => {
  const isUsage =
    error instanceof WrongOption || String((error as { code?: unknown })?.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${isUsage ? `\n${HELP}` : ''}`);
  process.exit(isUsage ? 2 : 1);
});
