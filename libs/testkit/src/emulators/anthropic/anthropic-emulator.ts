import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { anthropicWire } from './anthropic-wire';

/** Emulates `POST /v1/messages`, its `count_tokens`, and `GET /v1/models`; clients take the origin as base URL. */
export class AnthropicEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(anthropicWire, options);
  }
}
