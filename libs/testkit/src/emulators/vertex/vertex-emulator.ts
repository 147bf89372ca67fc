import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { GoogleTokens, type ServiceAccountDocument } from './google-tokens';
import { createVertexWire } from './vertex-wire';

/**
 * Vertex AI on loopback, below `/v1/projects/{project}/locations/{location}`: Gemini, Claude and OpenAI's wire for the
 * models of others. The same origin is Google's token endpoint.
 */
export class VertexEmulator extends ProviderEmulator {
  private readonly tokens: GoogleTokens;
  private origin = '';

  constructor(options: EmulatorOptions = {}) {
    const tokens = new GoogleTokens(Date.now);
    super(createVertexWire(tokens), options);
    this.tokens = tokens;
  }

  override async start(port = 0, host = '127.0.0.1'): Promise<string> {
    this.origin = await super.start(port, host);
    return this.origin;
  }

  /** The key file of a service account that this emulator knows; what its name asks for is in `GoogleTokens`. */
  serviceAccount(name = 'gateway'): ServiceAccountDocument {
    return this.tokens.serviceAccount(name, this.origin);
  }
}
