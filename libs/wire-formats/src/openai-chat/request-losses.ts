import { GatewayException } from '@gateway/domain';

/** What the wire cannot say: collected when dropping is allowed, refused at the first one when it is not. */
export class RequestLosses {
  private readonly names: string[] = [];

  constructor(private readonly dropParams: boolean) {}

  get dropped(): readonly string[] {
    return this.names;
  }

  /**
   * `field` is the path in the client's own body.
   * @throws GatewayException `unsupported_parameter` unless parameters may be dropped.
   */
  report(field: string, reason: string): void {
    if (!this.dropParams) {
      throw new GatewayException({ code: 'unsupported_parameter', message: `${field}: ${reason}.`, param: field });
    }
    this.names.push(field);
  }
}
