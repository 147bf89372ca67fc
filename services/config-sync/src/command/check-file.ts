import {
  type ConfigProblem,
  type ParsedConfig,
  type ParsedPriceFile,
  parseGatewayConfig,
  parsePriceFile,
  processEnvironment,
} from '@gateway/config';
import { PROVIDERS } from '@gateway/providers';
import { type FileContent, readConfiguration, readFileContent } from '../file-content';

/** What is to be said of a file. */
export interface Verdict {
  readonly file: string;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  /** What is in it, when it is good. */
  readonly content: FileSummary | null;
}

export type FileSummary =
  | { readonly deployments: number; readonly modelGroups: readonly string[] }
  | { readonly prices: number };

/** Reads a configuration, or a price file, and judges it without starting anything. */
export async function checkFile(file: string, what: 'configuration' | 'prices'): Promise<Verdict> {
  const content = await (what === 'prices' ? readFileContent(file) : readConfiguration(file));
  if (content.kind === 'unreadable') {
    const problem = { file, line: 1, column: 1, path: '', message: content.reason };
    return { file, problems: [problem], warnings: [], content: null };
  }
  return what === 'prices' ? judgePrices(content.text, file) : judgeConfiguration(content, file);
}

function judgeConfiguration({ text, included }: Extract<FileContent, { kind: 'text' }>, file: string): Verdict {
  const parsed = parseGatewayConfig(text, {
    fileName: file,
    included,
    environment: processEnvironment(),
    knownProviders: PROVIDERS.prefixes,
  });
  if (!parsed.ok) return refused(parsed, file);
  const { deployments } = parsed.config;
  const modelGroups = [...new Set(deployments.map(({ deployment }) => deployment.modelGroup))];
  const content = { deployments: deployments.length, modelGroups };
  return { file, problems: [], warnings: parsed.warnings, content };
}

function judgePrices(text: string, file: string): Verdict {
  const parsed = parsePriceFile(text, { fileName: file, knownProviders: PROVIDERS.prefixes });
  if (!parsed.ok) return refused(parsed, file);
  return { file, problems: [], warnings: parsed.warnings, content: { prices: parsed.prices.length } };
}

function refused({ problems }: Extract<ParsedConfig | ParsedPriceFile, { readonly ok: false }>, file: string): Verdict {
  return { file, problems, warnings: [], content: null };
}
