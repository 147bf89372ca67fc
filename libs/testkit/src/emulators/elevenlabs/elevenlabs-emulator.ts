import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { elevenlabsWire } from './elevenlabs-wire';

/** Emulates `POST /v1/text-to-speech/{voice}`, also with `/stream`, and `/v1/speech-to-text`; clients take the origin as base URL. */
export class ElevenLabsEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(elevenlabsWire, options);
  }
}
