import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { ollamaWire } from './ollama-wire';

/** Emulates Ollama's `POST /api/chat`, `POST /api/embed` and `GET /api/tags`; clients take the origin as base URL. */
export class OllamaEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(ollamaWire, options);
  }
}
