import { type ChatRequest, GatewayException } from '@gateway/domain';
import { clientParameterName } from './client-parameter-name';

/** Collects what a wire cannot express while a request is encoded: listed when dropping is allowed, refused when not. */
export class ParameterLosses {
  readonly #dropped: string[] = [];
  readonly #dropParams: boolean;
  readonly #clientWire: ChatRequest['clientWire'];

  constructor(dropParams: boolean, { clientWire }: Pick<ChatRequest, 'clientWire'> = {}) {
    this.#dropParams = dropParams;
    this.#clientWire = clientWire;
  }

  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /**
   * @param name the client's name for it, as a path in the client's body, or OpenAI's name
   * @throws GatewayException `unsupported_parameter` unless parameters may be dropped
   */
  report(name: string, reason: string): void {
    const field = clientParameterName(name, this.#clientWire);
    if (!this.#dropParams) {
      throw new GatewayException({ code: 'unsupported_parameter', message: `${field}: ${reason}`, param: field });
    }
    this.#dropped.push(field);
  }

  /** For hints whose loss cannot be the client's fault: listed, never refused. */
  note(name: string): void {
    this.#dropped.push(clientParameterName(name, this.#clientWire));
  }
}
