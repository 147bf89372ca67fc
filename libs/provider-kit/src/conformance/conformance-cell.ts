import { CLIENT_CHAT_WIRES, OPERATIONS } from '@gateway/domain';

/** What clients call, by the names their wires have here. */
export const CONFORMANCE_ENDPOINTS = [...CLIENT_CHAT_WIRES, ...OPERATIONS] as const;
export type ConformanceEndpoint = (typeof CONFORMANCE_ENDPOINTS)[number];

/** What a test can prove of an endpoint at a provider, and what it takes to prove it. In the order of the tables. */
export const CONFORMANCE_FEATURES = {
  answers: 'a whole answer, under the name the client asked for',
  streams: 'the same answer in parts',
  usage: 'counts in the answer, and in a stream that is asked for them',
  ledger: 'what is booked is what the provider charges',
  'length limit': 'the answer ends there, and says why',
  'stop sequences': 'the answer ends before one, and says why',
  tools: 'calls with arguments by their schema; results are taken',
  'streamed tools': 'the same in parts',
  'parallel tools': 'two calls in one answer, with ids of their own',
  'forced tool': 'some tool must be called',
  'named tool': 'this tool must be called',
  'no tool': 'none may be called',
  'image bytes': 'an image in the request',
  'image address': 'an image by its URL',
  PDF: 'a document in the request',
  'audio input': 'sound in the request',
  'JSON by schema': 'an answer of the given schema',
  reasoning: 'thoughts beside the answer',
  'streamed reasoning': 'the same in parts',
  'reasoning returned': 'thoughts and their signatures go back with the next turn',
  citations: 'where the answer’s statements come from',
  'cached tokens': 'what the provider had in its cache',
  'log-probabilities': 'of the answer’s tokens',
  'several answers': 'two answers to one question',
  seed: 'reaches the provider',
  sampling: 'temperature and nucleus reach the provider',
  'error classes': 'status and code of each class of failure, in the client’s own words',
  'broken streams': 'end in one error, never in a shorter answer',
  cancelling: 'a client that leaves ends the provider’s work',
} as const;
export type ConformanceFeature = keyof typeof CONFORMANCE_FEATURES;

/** `refused`: the provider cannot express it, and the client is told by the name it used. */
export const CONFORMANCE_OUTCOMES = ['works', 'refused'] as const;
export type ConformanceOutcome = (typeof CONFORMANCE_OUTCOMES)[number];

export interface ConformanceCell {
  /** Prefix of the registry, followed by `/` and whose models where its models speak several wires. */
  readonly provider: string;
  readonly endpoint: ConformanceEndpoint;
  readonly feature: ConformanceFeature;
  /** Default `works`. */
  readonly outcome?: ConformanceOutcome;
}

/** For a test's name: when the test passes, the cells are proven. It is all that connects a test with the tables. */
export function proves(...cells: readonly ConformanceCell[]): string {
  return cells
    .map(
      ({ provider, endpoint, feature, outcome = 'works' }) => `[${provider} · ${endpoint} · ${feature} · ${outcome}]`,
    )
    .join(' ');
}

/** The cells in a test's name. Throws at one that is not of the closed lists: only `proves` may write them. */
export function cellsIn(testName: string): readonly Required<ConformanceCell>[] {
  return [...testName.matchAll(/\[([^·[\]]+) · ([^·[\]]+) · ([^·[\]]+) · ([^·[\]]+)\]/g)].map(
    ([, provider = '', endpoint = '', feature = '', outcome = '']) =>
      checkedCell({ provider, endpoint, feature, outcome }),
  );
}

/** Throws, naming what is not of the closed lists. */
export function checkedCell(cell: Readonly<Record<keyof ConformanceCell, string>>): Required<ConformanceCell> {
  const { provider, endpoint, feature, outcome } = cell;
  if (!isOneOf(CONFORMANCE_ENDPOINTS, endpoint)) throw new Error(`no endpoint of the conformance tables: ${endpoint}`);
  if (!isFeature(feature)) throw new Error(`no feature of the conformance tables: ${feature}`);
  if (!isOneOf(CONFORMANCE_OUTCOMES, outcome)) throw new Error(`no outcome of the conformance tables: ${outcome}`);
  return { provider, endpoint, feature, outcome };
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

function isFeature(name: string): name is ConformanceFeature {
  return Object.hasOwn(CONFORMANCE_FEATURES, name);
}
