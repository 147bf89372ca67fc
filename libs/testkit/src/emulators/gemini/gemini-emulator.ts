import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { geminiWire } from './gemini-wire';

/**
 * Emulates `POST /v1beta/models/{model}:generateContent`, `:streamGenerateContent?alt=sse` and `:countTokens`, and
 * `GET /v1beta/models`; clients take the origin as base URL.
 */
export class GeminiEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(geminiWire, options);
  }
}
