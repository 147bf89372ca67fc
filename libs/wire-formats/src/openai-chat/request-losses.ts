import { type ChatRequest, GatewayException } from '@gateway/domain';
import { clientParameterName } from '../client-parameter-name';

/** What the wire cannot say: collected when dropping is allowed, refused at the first one when it is not. */
export class RequestLosses {
  private readonly names: string[] = [];

  constructor(
    private readonly dropParams: boolean,
    private readonly clientWire?: ChatRequest['clientWire'],
  ) {}

  get dropped(): readonly string[] {
    return this.names;
  }

  /**
   * `name` is the path in the client's own body, or OpenAI's name.
   * @throws GatewayException `unsupported_parameter` unless parameters may be dropped.
   */
  report(name: string, reason: string): void {
    const field = clientParameterName(name, this.clientWire);
    if (!this.dropParams) {
      throw new GatewayException({ code: 'unsupported_parameter', message: `${field}: ${reason}.`, param: field });
    }
    this.names.push(field);
  }
}
