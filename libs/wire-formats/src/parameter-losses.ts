import { GatewayException } from '@gateway/domain';

/** Collects what a wire cannot express while a request is encoded: listed when dropping is allowed, refused when not. */
export class ParameterLosses {
  readonly #dropped: string[] = [];
  readonly #dropParams: boolean;

  constructor(dropParams: boolean) {
    this.#dropParams = dropParams;
  }

  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /**
   * @param field the client's name for it, as a path in the client's body
   * @throws GatewayException `unsupported_parameter` unless parameters may be dropped
   */
  report(field: string, reason: string): void {
    if (!this.#dropParams) {
      throw new GatewayException({ code: 'unsupported_parameter', message: `${field}: ${reason}`, param: field });
    }
    this.#dropped.push(field);
  }

  /** For hints whose loss cannot be the client's fault: listed, never refused. */
  note(field: string): void {
    this.#dropped.push(field);
  }
}
