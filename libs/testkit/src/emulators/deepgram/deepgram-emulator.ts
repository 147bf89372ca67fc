import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { deepgramWire } from './deepgram-wire';

/** Emulates `POST /v1/listen` and `/v1/speak`; Deepgram's own client takes the origin as its base, the gateway `<origin>/v1`. */
export class DeepgramEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(deepgramWire, options);
  }
}
