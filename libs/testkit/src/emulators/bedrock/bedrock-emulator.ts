import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import type { AccessKeys } from './bedrock-refusals';
import { createBedrockWire } from './bedrock-wire';

export interface BedrockEmulatorOptions extends EmulatorOptions {
  /** Secret by access key. Default: `AKIDEMULATOR` with `emulator-secret`. */
  readonly accessKeys?: AccessKeys;
}

/**
 * Emulates `POST /model/{model}/converse`, `/converse-stream` (with real event-stream frames), `/invoke` and
 * `/invoke-with-response-stream` of Claude and of Titan's, Llama's and Mistral's text models, `/invoke` of Titan's and
 * Cohere's embedding models, signatures checked, and at `/` the calls of STS that lend a role's credentials; clients
 * take the origin as endpoint.
 */
export class BedrockEmulator extends ProviderEmulator {
  constructor(options: BedrockEmulatorOptions = {}) {
    super(createBedrockWire(options.accessKeys ?? { AKIDEMULATOR: 'emulator-secret' }), options);
  }
}
