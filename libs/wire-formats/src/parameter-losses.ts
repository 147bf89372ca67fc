import { type ChatRequest, GatewayException } from '@gateway/domain';
import { type ClientSetting, clientContentPlace, clientMessagePlace, clientSettingName } from './client-names';

/**
 * Collects what a wire cannot express while a request is encoded: listed when dropping is allowed, refused when not. The
 * client is told its own names of it, and places in its own body.
 */
export class ParameterLosses {
  readonly #dropped: string[] = [];
  readonly #dropParams: boolean;
  readonly #client: Pick<ChatRequest, 'clientWire' | 'messagePlaces'>;

  constructor(dropParams: boolean, client: Pick<ChatRequest, 'clientWire' | 'messagePlaces'> = {}) {
    this.#dropParams = dropParams;
    this.#client = client;
  }

  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /**
   * @param field a path in the client's body
   * @throws GatewayException `unsupported_parameter` unless parameters may be dropped
   */
  report(field: string, reason: string): void {
    if (!this.#dropParams) {
      throw new GatewayException({ code: 'unsupported_parameter', message: `${field}: ${reason}`, param: field });
    }
    this.note(field);
  }

  /** The same for a setting. */
  reportSetting(setting: ClientSetting, reason: string): void {
    this.report(clientSettingName(setting, this.#client), reason);
  }

  /** The same for something in the content of a message, counted as the hub counts them. */
  reportMessage(index: number, reason: string): void {
    this.report(clientContentPlace(index, this.#client), reason);
  }

  /** For hints whose loss cannot be the client's fault: listed, never refused. */
  note(field: string): void {
    this.#dropped.push(field);
  }

  noteSetting(setting: ClientSetting): void {
    this.note(clientSettingName(setting, this.#client));
  }

  /** `member`: of the message; its content where not said. */
  noteMessage(index: number, member?: string): void {
    const place =
      member === undefined
        ? clientContentPlace(index, this.#client)
        : `${clientMessagePlace(index, this.#client)}.${member}`;
    this.note(place);
  }
}
