import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { createAzureWire } from './azure-wire';

/**
 * Azure OpenAI on loopback: `POST /openai/deployments/{deployment}/chat/completions?api-version=…` and
 * `POST /openai/v1/chat/completions`, with `api-key` or an Entra ID token. The same origin is the sign-in host:
 * `POST /{tenant}/oauth2/v2.0/token`.
 */
export class AzureOpenAiEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(createAzureWire(), options);
  }
}
