import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { falWire } from './fal-wire';

/** Emulates `POST /{model}` of fal.run: the calls that wait for their pictures. Clients take the origin as base URL. */
export class FalEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(falWire, options);
  }
}
