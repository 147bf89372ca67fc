import { type GatewaySnapshot, type ResolvedSecret, resolveSecret } from '@gateway/config';
import { createSecretStore, type KeptSecrets, type SecretStore } from '@gateway/secrets';
import type { ServiceContext } from '@gateway/service-kit';

/** What the references of alerts and exports stand for at this moment; they are looked at again while the ledger runs. */
export class LedgerSecrets {
  private readonly store: SecretStore;
  private kept: KeptSecrets;

  constructor(context: Pick<ServiceContext<'cost-ledger'>, 'environment' | 'logger' | 'metrics'>) {
    // Whoever needs a secret that was missing tries again anyway.
    this.store = createSecretStore({ ...context, onChange: () => undefined });
    this.kept = this.store.under(undefined);
  }

  /** Reads ahead what the configuration names, and lets go of the rest. */
  follow({ alerts, exports, secrets }: Pick<GatewaySnapshot, 'alerts' | 'exports' | 'secrets'>): void {
    this.kept = this.store.under(secrets);
    const { s3, langfuse } = exports ?? {};
    const ofExports = [
      s3?.accessKeyId,
      s3?.secretAccessKey,
      s3?.sessionToken,
      langfuse?.publicKey,
      langfuse?.secretKey,
    ];
    const ofAlerts = alerts?.webhooks.flatMap((webhook) => webhook.secrets) ?? [];
    for (const reference of [...ofAlerts, ...ofExports]) if (reference !== undefined) this.of(reference);
    this.store.keepOnly(this.kept);
  }

  of(reference: string): ResolvedSecret {
    return resolveSecret(reference, { lookUp: this.kept.lookUp, deploymentId: '' });
  }

  close(): void {
    this.store.close();
  }
}
