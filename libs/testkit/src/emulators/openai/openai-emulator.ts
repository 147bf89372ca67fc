import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { openAiWire } from './openai-wire';

/** Emulates `POST /v1/chat/completions`, `POST /v1/responses`, `POST /v1/embeddings`, `POST /v1/moderations` and `GET /v1/models`; clients take `<origin>/v1` as their base URL. */
export class OpenAiEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(openAiWire, options);
  }
}
