import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { mistralWire } from './mistral-wire';

/**
 * Emulates Mistral's `POST /v1/chat/completions`, `POST /v1/embeddings` and `GET /v1/models`; clients take the origin as
 * `serverURL`. Fields it does not define are refused, as the real one does, whatever the options say.
 */
export class MistralEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(mistralWire, options);
  }
}
