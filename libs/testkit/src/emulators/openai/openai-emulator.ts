import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { openAiWire } from './openai-wire';

/**
 * Emulates `POST /v1/chat/completions`, `/v1/responses`, `/v1/embeddings`, `/v1/moderations`, `/v1/images/…`, `/v1/audio/…` and `GET /v1/models`; clients take
 * `<origin>/v1` as their base URL.
 */
export class OpenAiEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(openAiWire, options);
  }
}
