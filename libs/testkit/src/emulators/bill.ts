/** One chat request as the provider would charge for it. Token counts are the emulators' own. */
export interface BillRow {
  /** The id in the response body (`chatcmpl-…`, `msg_…`); empty when the request was refused. */
  readonly id: string;
  /** The `x-request-id` or `request-id` header of the response. */
  readonly requestId: string;
  readonly model: string;
  readonly stream: boolean;
  /** The HTTP status answered, or 0 when no status was sent. */
  readonly status: number;
  /** Cached tokens and cache writes included. */
  readonly promptTokens: number;
  /** Tokens handed to the socket, hidden reasoning included. */
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
  /** What is charged besides tokens, by the names of the gateway's usage units. */
  readonly units?: Readonly<Record<string, number>>;
  /** True once the whole answer, with its proper end, was handed to the socket. */
  readonly completed: boolean;
  readonly cancelledByClient: boolean;
  /** True when generation began; refusals and faults before it cost nothing. */
  readonly billed: boolean;
  readonly startedAtUnixMs: number;
  readonly endedAtUnixMs: number | null;
  /** When the emulator noticed that the client was gone. */
  readonly cancelNoticedAtUnixMs: number | null;
}

export interface BillTotals {
  readonly requests: number;
  readonly billedRequests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
}

export type OpenBillRow = { -readonly [Field in keyof BillRow]: BillRow[Field] };

/** Everything served since the last reset, oldest first. Totals keep counting when old rows are dropped. */
export class Bill {
  private kept: OpenBillRow[] = [];
  private dropped: BillTotals = NO_TOTALS;

  constructor(private readonly limit: number) {}

  open(start: Pick<BillRow, 'requestId' | 'model' | 'stream'>): OpenBillRow {
    const row: OpenBillRow = {
      id: '',
      ...start,
      status: 0,
      promptTokens: 0,
      completionTokens: 0,
      reasoningTokens: 0,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      completed: false,
      cancelledByClient: false,
      billed: false,
      startedAtUnixMs: Date.now(),
      endedAtUnixMs: null,
      cancelNoticedAtUnixMs: null,
    };
    this.kept.push(row);
    // Dropping in bulk keeps the cost per request constant.
    if (this.kept.length >= this.limit * 2) {
      this.dropped = this.kept.slice(0, this.limit).reduce(addRow, this.dropped);
      this.kept = this.kept.slice(this.limit);
    }
    return row;
  }

  rows(): BillRow[] {
    return this.kept.map((row) => ({ ...row }));
  }

  totals(): BillTotals {
    return this.kept.reduce(addRow, this.dropped);
  }

  reset(): void {
    this.kept = [];
    this.dropped = NO_TOTALS;
  }
}

const NO_TOTALS: BillTotals = { requests: 0, billedRequests: 0, promptTokens: 0, completionTokens: 0, cachedTokens: 0 };

function addRow(totals: BillTotals, row: BillRow): BillTotals {
  const counts = row.billed ? 1 : 0;
  return {
    requests: totals.requests + 1,
    billedRequests: totals.billedRequests + counts,
    promptTokens: totals.promptTokens + row.promptTokens * counts,
    completionTokens: totals.completionTokens + row.completionTokens * counts,
    cachedTokens: totals.cachedTokens + row.cachedTokens * counts,
  };
}
