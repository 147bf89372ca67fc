import { formatProblem, parsePriceFile } from '@gateway/config';
import type { ListedPrice } from '@gateway/domain';
import type { FileContent } from '../file-content';

/** LiteLLM's whole file has hundreds of entries with something that is not charged here: the check command tells which. */
const MOST_WARNINGS = 10;

/** What happened, for logs and metrics. */
export interface PriceFileObserver {
  accepted(prices: number, warnings: readonly string[]): void;
  refused(problems: readonly string[], keepsOld: boolean): void;
}

export interface PriceFileOptions {
  /** For people: the path of the file. */
  readonly source: string;
  readonly knownProviders: readonly string[];
  readonly observer: PriceFileObserver;
  /** Publishes anew with what is in force now. Rejects when that cannot be done; the content is offered again then. */
  readonly onChange: () => Promise<void>;
}

/** The operator's price file: its last good content stays in force until there is another one. */
export class PriceFile {
  private inForce: readonly ListedPrice[] | null = null;
  private complaint = '';

  constructor(private readonly options: PriceFileOptions) {}

  /** Null until there was a good content. */
  prices(): readonly ListedPrice[] | null {
    return this.inForce;
  }

  /** Why the newest content was refused; empty when it was accepted. */
  lastError(): string {
    return this.complaint;
  }

  async offer(content: FileContent): Promise<void> {
    const { source, knownProviders, observer, onChange } = this.options;
    if (content.kind === 'unreadable') return this.refuse([`${source} ${content.reason}`]);
    const parsed = parsePriceFile(content.text, { fileName: source, knownProviders, mostWarnings: MOST_WARNINGS });
    if (!parsed.ok) return this.refuse(parsed.problems.map(formatProblem));
    this.inForce = parsed.prices;
    this.complaint = '';
    observer.accepted(parsed.prices.length, parsed.warnings.map(formatProblem));
    await onChange();
  }

  private refuse(problems: readonly string[]): void {
    this.complaint = problems.join('\n');
    this.options.observer.refused(problems, this.inForce !== null);
  }
}
