import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { createWatsonxWire } from './watsonx-wire';

/**
 * IBM watsonx.ai on loopback: `POST /ml/v1/text/chat`, `/chat_stream`, `/embeddings` and `/rerank`, each with `?version=…`,
 * and chat of deployments. The same origin is IBM Cloud's IAM: `POST /identity/token`.
 */
export class WatsonxEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(createWatsonxWire(), options);
  }
}
