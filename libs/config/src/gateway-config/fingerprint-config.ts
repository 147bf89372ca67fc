import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import type { ConfiguredSecret, GatewayConfig } from './gateway-config';

/**
 * SHA-256 (hex) of what a configuration means: comments, spacing and the order of keys do not count. Literal secrets
 * enter as a keyed hash, so that the published version cannot be used to guess them.
 */
export function fingerprintConfig(config: GatewayConfig, encryptionKey: Uint8Array | null): string {
  const blind = (secret: ConfiguredSecret) => {
    if (secret.kind === 'reference') return secret;
    return {
      kind: 'literal',
      hash: createHmac('sha256', encryptionKey ?? '')
        .update(secret.value)
        .digest('hex'),
    };
  };
  const blindAll = (secrets: Readonly<Record<string, ConfiguredSecret>>) =>
    Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, blind(secret)]));
  const deployments = config.deployments.map(({ deployment, apiKey, secretCredentials, secretHeaders }) => ({
    deployment,
    apiKey: apiKey ? blind(apiKey) : null,
    secretCredentials: blindAll(secretCredentials),
    secretHeaders: blindAll(secretHeaders),
  }));
  return createHash('sha256')
    .update(canonicalJson({ ...config, deployments }))
    .digest('hex');
}
