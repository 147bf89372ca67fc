import type { ConfiguredModels } from '../settings/configured-models';

export interface ReadyBlock {
  readonly url: string;
  readonly masterKey: string;
  readonly models: ConfiguredModels;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const REAL_PROVIDERS = [
  ['OpenAI', 'OPENAI_API_KEY', 'openai/NAME'],
  ['Anthropic', 'ANTHROPIC_API_KEY', 'anthropic/NAME'],
  ['Gemini', 'GEMINI_API_KEY', 'gemini/NAME'],
] as const;

/** What a person needs to know once the gateway runs: where, with which key, and two commands to paste. */
export function renderReadyBlock(block: ReadyBlock): string {
  const model = block.models.example;
  const examples = model === undefined ? [] : exampleLines(block, model);
  return `${[
    '',
    `gateway ready at ${block.url}`,
    '',
    `  key        ${block.masterKey}`,
    ...REAL_PROVIDERS.map((row) => providerLine(row, block.variables)),
    ...examples,
    '',
    '  Ctrl-C stops everything; the data stay.',
    '',
  ].join('\n')}\n`;
}

function providerLine(
  [name, variable, model]: (typeof REAL_PROVIDERS)[number],
  variables: ReadyBlock['variables'],
): string {
  const state = variables[variable] ? `on, as ${model}` : `off; set ${variable} to add it`;
  return `  ${name.padEnd(10)} ${state}`;
}

function exampleLines({ url, masterKey, models }: ReadyBlock, model: string): string[] {
  const command = (flags: string, body: object): string =>
    `curl ${flags}${url}/v1/chat/completions -H "Authorization: Bearer ${masterKey}" -H "Content-Type: application/json" -d '${JSON.stringify(body)}'`;
  const messages = [{ role: 'user', content: 'Say hello to the mesh' }];
  const source = models.exampleIsEmulated
    ? 'answered by the built-in EMULATOR of a provider: made-up text, no account needed'
    : `model ${model}`;
  return [
    '',
    `  Try it (${source}):`,
    '',
    command('', { model, messages }),
    '',
    '  and streaming:',
    '',
    command('-N ', { model, stream: true, messages }),
    '',
    '  A line to paste for every other endpoint: docs/http-api.md',
  ];
}
