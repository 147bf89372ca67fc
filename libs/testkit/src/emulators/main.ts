import { parseArgs } from 'node:util';
import { EMULATOR_TABLE } from './emulator-table';

const NAMES = Object.keys(EMULATOR_TABLE);

const HELP = `Emulated providers on 127.0.0.1: deterministic answers, faults on demand, and their own bill.

  node dist/emulators/main.js [--NAME-port N …] [options]

  --host ADDRESS            address to listen on (default 127.0.0.1)
  --NAME-port N             port of one emulator, 0 for a free one (default 0); the names are
                            ${NAMES.join(', ')}
  --chunk-delay-ms N        pause between two tokens (default 0)
  --header-delay-ms N       pause before the response head (default 0)
  --reject-unknown-fields   refuse fields the vendor does not document
  --help                    this text

Prints one line of JSON when all listen: {"ready":true,"openai":"http://…/v1","anthropic":"http://…",…}
`;

/** Runs the emulators until SIGTERM or SIGINT. Exit code 2 for a wrong option, 1 when a port cannot be had. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      ...Object.fromEntries(NAMES.map((name) => [`${name}-port`, { type: 'string', default: '0' } as const])),
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
  const portOf = new Map(NAMES.map((name) => [name, wholeNumber(`--${name}-port`, portOption(values, name))]));
  const started = await Promise.all(
    Object.entries(EMULATOR_TABLE).map(async ([name, { create, basePath }]) => {
      const emulator = create(options);
      const origin = await emulator.start(portOf.get(name), values.host);
      return { emulator, address: [name, `${origin}${basePath}`] as const };
    }),
  );
  // A log line like those of the services, for `make up`; whoever waits for it looks at `ready`.
  const log = { level: 'info', time: new Date().toISOString(), service: 'emulators', msg: 'emulated providers are up' };
  const addresses = Object.fromEntries(started.map(({ address }) => address));
  process.stdout.write(`${JSON.stringify({ ...log, ready: true, ...addresses })}\n`);
  const stop = () => void Promise.all(started.map(({ emulator }) => emulator.stop())).then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** The options are named in a table, so their types are not known here. */
function portOption(values: Readonly<Record<string, unknown>>, name: string): string {
  return String(values[`${name}-port`]);
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
