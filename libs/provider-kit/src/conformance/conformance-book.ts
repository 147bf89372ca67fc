import {
  CONFORMANCE_ENDPOINTS,
  CONFORMANCE_FEATURES,
  CONFORMANCE_OUTCOMES,
  type ConformanceCell,
  type ConformanceEndpoint,
  type ConformanceFeature,
  type ConformanceOutcome,
  cellsIn,
  checkedCell,
} from './conformance-cell';

/** Provider → endpoint → feature → outcome. What is not in it has no test. */
export type ConformanceBook = ReadonlyMap<string, EndpointProofs>;
export type EndpointProofs = ReadonlyMap<ConformanceEndpoint, FeatureProofs>;
export type FeatureProofs = ReadonlyMap<ConformanceFeature, ConformanceOutcome>;

/** A test's full name, and how it ended, as Jest says it. */
export interface EndedTest {
  readonly fullName: string;
  readonly status: string;
}

/**
 * What these tests prove: the cells of those that passed, but for cells that a test of theirs failed. Throws when two
 * tests prove different outcomes of one cell.
 */
export function bookOfTests(tests: readonly EndedTest[]): ConformanceBook {
  const refuted = new Set(
    tests.filter(({ status }) => status !== 'passed').flatMap(({ fullName }) => cellsIn(fullName).map(placeOf)),
  );
  const passed = tests.filter(({ status }) => status === 'passed').flatMap(({ fullName }) => cellsIn(fullName));
  return bookOf(passed.filter((cell) => !refuted.has(placeOf(cell))));
}

/** Sorted, so that the same cells are always the same book. Throws at a contradiction. */
export function bookOf(cells: readonly Required<ConformanceCell>[]): ConformanceBook {
  const outcomes = new Map<string, ConformanceOutcome>();
  for (const cell of cells) {
    const known = outcomes.get(placeOf(cell)) ?? cell.outcome;
    if (known !== cell.outcome) throw new Error(`tests prove both ${known} and ${cell.outcome} of: ${placeOf(cell)}`);
    outcomes.set(placeOf(cell), known);
  }
  const features = Object.keys(CONFORMANCE_FEATURES) as ConformanceFeature[];
  const providers = [...new Set(cells.map(({ provider }) => provider))].sort();
  return new Map(
    providers.map((provider) => [
      provider,
      new Map(
        CONFORMANCE_ENDPOINTS.map((endpoint) => {
          const proofs = features.flatMap((feature) => {
            const outcome = outcomes.get(placeOf({ provider, endpoint, feature }));
            return outcome === undefined ? [] : [[feature, outcome] as const];
          });
          return [endpoint, new Map(proofs)] as const;
        }).filter(([, proofs]) => proofs.size > 0),
      ),
    ]),
  );
}

/** What must be put right before the checked-in book says what the tests prove, a line for each cell. */
export function differences(claimed: ConformanceBook, proven: ConformanceBook): readonly string[] {
  const [claims, proofs] = [claimed, proven].map(
    (book) => new Map(cellsOf(book).map((cell) => [placeOf(cell), cell.outcome])),
  );
  const lines: string[] = [];
  for (const [place, outcome] of claims ?? []) {
    const proof = proofs?.get(place);
    if (proof === undefined) lines.push(`claimed, but no test that passes proves it: ${place} · ${outcome}`);
    else if (proof !== outcome) lines.push(`claimed as ${outcome}, but tests prove ${proof}: ${place}`);
  }
  for (const [place, outcome] of proofs ?? []) {
    if (!claims?.has(place)) lines.push(`proven, but not in the tables: ${place} · ${outcome}`);
  }
  return lines;
}

/** One line for each provider's endpoint, so that changes can be read and merged. */
export function writeBook(book: ConformanceBook): string {
  const providers = [...book].map(([provider, endpoints]) => {
    const lines = [...endpoints].map(([endpoint, proofs]) => `    ${JSON.stringify(endpoint)}: ${outcomesOf(proofs)}`);
    return `  ${JSON.stringify(provider)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${providers.join(',\n')}\n}\n`;
}

/** Throws at what `writeBook` would not write. */
export function readBook(text: string): ConformanceBook {
  const document = JSON.parse(text) as Record<string, Record<string, Record<string, readonly string[]>>>;
  const cells = Object.entries(document).flatMap(([provider, endpoints]) =>
    Object.entries(endpoints).flatMap(([endpoint, outcomes]) =>
      Object.entries(outcomes).flatMap(([outcome, features]) =>
        features.map((feature) => checkedCell({ provider, endpoint, feature, outcome })),
      ),
    ),
  );
  return bookOf(cells);
}

function outcomesOf(proofs: FeatureProofs): string {
  const outcomes = CONFORMANCE_OUTCOMES.map((outcome) => {
    const features = [...proofs].filter(([, proven]) => proven === outcome).map(([feature]) => JSON.stringify(feature));
    return features.length === 0 ? [] : [`${JSON.stringify(outcome)}: [${features.join(', ')}]`];
  });
  return `{ ${outcomes.flat().join(', ')} }`;
}

function cellsOf(book: ConformanceBook): readonly Required<ConformanceCell>[] {
  return [...book].flatMap(([provider, endpoints]) =>
    [...endpoints].flatMap(([endpoint, proofs]) =>
      [...proofs].map(([feature, outcome]) => ({ provider, endpoint, feature, outcome })),
    ),
  );
}

function placeOf({ provider, endpoint, feature }: ConformanceCell): string {
  return `${provider} · ${endpoint} · ${feature}`;
}
