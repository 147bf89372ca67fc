import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { cohereWire } from './cohere-wire';

/** Emulates `POST /v2/chat`, `/v2/embed` and `/v2/rerank`, and `GET /v1/models`; clients take the origin as base URL. */
export class CohereEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(cohereWire, options);
  }
}
