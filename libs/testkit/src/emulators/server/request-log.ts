/** One request as it arrived, to prove what was and was not sent. */
export interface RecordedRequest {
  readonly requestId: string;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** Of a form: a character for each byte (Latin-1). */
  readonly body: string;
  readonly receivedAtUnixMs: number;
}

/** The last requests, oldest first. */
export class RequestLog {
  private kept: RecordedRequest[] = [];

  constructor(private readonly limit: number) {}

  add(request: RecordedRequest): void {
    this.kept.push(request);
    if (this.kept.length >= this.limit * 2) this.kept = this.kept.slice(this.limit);
  }

  list(): RecordedRequest[] {
    return this.kept.slice(-this.limit);
  }

  reset(): void {
    this.kept = [];
  }
}
