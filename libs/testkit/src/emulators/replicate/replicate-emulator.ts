import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import { createReplicateWire } from './replicate-wire';

/**
 * Replicate on loopback, below `/v1`: predictions of models, deployments and versions, begun, asked after, streamed and
 * cancelled. A model with `flux` in its name makes pictures, one with `queued` takes its time.
 */
export class ReplicateEmulator extends ProviderEmulator {
  constructor(options: EmulatorOptions = {}) {
    super(createReplicateWire(), options);
  }
}
