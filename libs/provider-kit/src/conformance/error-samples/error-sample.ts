import type { FailureClass } from '@gateway/domain';

/** An error document as providers of the wire send it, and what it means. */
export interface ErrorSample {
  readonly name: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly class: FailureClass;
  readonly providerCode?: string;
  readonly param?: string;
  readonly retryAfterMs?: number;
}
