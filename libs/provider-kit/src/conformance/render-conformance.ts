import type { ConformanceBook, FeatureProofs } from './conformance-book';
import {
  CONFORMANCE_ENDPOINTS,
  CONFORMANCE_FEATURES,
  type ConformanceEndpoint,
  type ConformanceFeature,
  type ConformanceOutcome,
} from './conformance-cell';

const SIGNS: Readonly<Record<ConformanceOutcome, string>> = { works: '✓', refused: 'refused' };
const UNTESTED = '·';

/** In the head of a column; more are a note below. */
const MOST_NAMES = 4;

const HEAD = `## What tests prove

Written by \`make conformance\` from the tests that passed; \`make test\` fails where a cell says more or less than they prove.
✓: a test of it passes. refused: the provider cannot express it, and a test shows that the client is told so, by the name it
used. ${UNTESTED}: not proven. A provider whose models speak several wires has a line for each kind. Providers are emulated, the rows of the table
above that speak OpenAI's wire by OpenAI's emulator: no test calls a real one.
`;

/** The tables of what is proven, as Markdown. */
export function renderConformance(book: ConformanceBook): string {
  return [
    HEAD,
    endpointTable(book),
    ...CONFORMANCE_ENDPOINTS.flatMap((endpoint) => featureTable(book, endpoint)),
    legend(book),
  ].join('\n');
}

/** Who answers at all, and where. */
function endpointTable(book: ConformanceBook): string {
  const endpoints = CONFORMANCE_ENDPOINTS.filter((endpoint) => [...book.values()].some((one) => one.has(endpoint)));
  const rows = [...book].map(([provider, proofs]) => [
    code(provider),
    ...endpoints.map((endpoint) => signOf(proofs.get(endpoint)?.get('answers'))),
  ]);
  return `### Endpoints\n\n${table(['Provider', ...endpoints], rows)}`;
}

/** Features of one endpoint; providers of which the same is proven share a column. Nothing where nobody proves more than that it answers. */
function featureTable(book: ConformanceBook, endpoint: ConformanceEndpoint): readonly string[] {
  const columns = sameProofs(book, endpoint);
  const features = featuresIn(columns.map(({ proofs }) => proofs));
  if (features.every((feature) => feature === 'answers')) return [];
  const heads = columns.map(({ providers }, index) =>
    providers.length <= MOST_NAMES ? providers.map(code).join(', ') : `${providers.length} providers (${index + 1})`,
  );
  const rows = features.map((feature) => [feature, ...columns.map(({ proofs }) => signOf(proofs.get(feature)))]);
  const notes = columns.flatMap(({ providers }, index) =>
    providers.length <= MOST_NAMES ? [] : [`(${index + 1}) ${providers.map(code).join(', ')}\n`],
  );
  return [`### ${endpoint}\n\n${table(['Feature', ...heads], rows)}`, ...notes];
}

interface Column {
  readonly providers: string[];
  readonly proofs: FeatureProofs;
}

function sameProofs(book: ConformanceBook, endpoint: ConformanceEndpoint): readonly Column[] {
  const columns = new Map<string, Column>();
  for (const [provider, endpoints] of book) {
    const proofs = endpoints.get(endpoint);
    if (proofs === undefined) continue;
    const key = JSON.stringify([...proofs]);
    const column = columns.get(key) ?? { providers: [], proofs };
    column.providers.push(provider);
    columns.set(key, column);
  }
  return [...columns.values()];
}

function legend(book: ConformanceBook): string {
  const proofs = [...book.values()].flatMap((endpoints) => [...endpoints.values()]);
  const rows = featuresIn(proofs).map((feature) => [feature, CONFORMANCE_FEATURES[feature]]);
  return `### What the features are\n\n${table(['Feature', 'What a test shows'], rows)}`;
}

function featuresIn(proofs: readonly FeatureProofs[]): readonly ConformanceFeature[] {
  const all = Object.keys(CONFORMANCE_FEATURES) as ConformanceFeature[];
  return all.filter((feature) => proofs.some((one) => one.has(feature)));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function signOf(outcome: ConformanceOutcome | undefined): string {
  return outcome === undefined ? UNTESTED : SIGNS[outcome];
}

function code(text: string): string {
  return `\`${text}\``;
}
