import { nearestName } from '@gateway/domain';

export const USAGE = `usage: llmgateway config check FILE [--json] [--strict] [--prices]
       llmgateway config schema
       llmgateway --help

  config check    says everything that is wrong with a configuration, and starts nothing
    --json        as one JSON object, for programs
    --strict      warnings count as mistakes
    --prices      FILE is a price file
  config schema   prints the JSON Schema of the configuration, for editors

Exit codes: 0 good, 1 something to fix, 2 the command was not understood.
`;

export type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'schema' }
  | { readonly kind: 'misunderstood'; readonly reason: string }
  | {
      readonly kind: 'check';
      readonly file: string;
      readonly what: 'configuration' | 'prices';
      readonly asJson: boolean;
      readonly isStrict: boolean;
    };

const FLAGS = ['--json', '--strict', '--prices'] as const;

/** What the words behind `llmgateway` ask for. */
export function readArguments(args: readonly string[]): Wish {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return { kind: 'help' };
  const flags = args.filter((arg) => arg.startsWith('-'));
  const [noun, verb, file, ...more] = args.filter((arg) => !arg.startsWith('-'));
  if (noun !== 'config') return misunderstood(String(noun ?? flags[0]), ['config']);
  if (verb === 'schema') {
    return file === undefined && flags.length === 0
      ? { kind: 'schema' }
      : { kind: 'misunderstood', reason: 'config schema takes nothing more' };
  }
  if (verb !== 'check')
    return misunderstood(verb === undefined ? 'config' : `config ${verb}`, ['config check', 'config schema']);
  const unknown = flags.find((flag) => !FLAGS.some((known) => known === flag));
  if (unknown !== undefined) return misunderstood(unknown, FLAGS);
  if (file === undefined || more.length > 0) return { kind: 'misunderstood', reason: 'config check takes one FILE' };
  return {
    kind: 'check',
    file,
    what: flags.includes('--prices') ? 'prices' : 'configuration',
    asJson: flags.includes('--json'),
    isStrict: flags.includes('--strict'),
  };
}

function misunderstood(word: string, known: readonly string[]): Wish {
  const nearest = nearestName(word, known);
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`;
  return { kind: 'misunderstood', reason: `"${word}" is not understood${hint}` };
}
