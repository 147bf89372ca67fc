import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { stabilityWire } from './stability-wire';

/** Emulates what answers at once below `POST /v2beta/stable-image`, in JSON; clients take the origin as base URL. */
export class StabilityEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(stabilityWire, options);
  }
}
