import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { createAzureWire } from './azure-wire';
import { EntraTokens } from './entra-tokens';

/**
 * Azure OpenAI on loopback: `POST /openai/deployments/{deployment}/chat/completions?api-version=…` and
 * `POST /openai/v1/chat/completions`, with `api-key` or an Entra ID token. The same origin is the sign-in host:
 * `POST /{tenant}/oauth2/v2.0/token`; the metadata service of machines, `GET /metadata/identity/oauth2/token`; and what App
 * Service tells its programs to ask, `GET /msi/token` with the header `x-identity-header: emulator-identity`.
 */
export class AzureOpenAiEmulator extends ProviderEmulator {
  private readonly tokens: EntraTokens;

  constructor(options: EmulatorOptions = {}) {
    const tokens = new EntraTokens(Date.now);
    super(createAzureWire(tokens), options);
    this.tokens = tokens;
  }

  /** Lets applications sign in with the key of this certificate, in PEM. */
  trustCertificate(pem: string): void {
    this.tokens.trustCertificate(pem);
  }
}
