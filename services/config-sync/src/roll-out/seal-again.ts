import { type GatewaySnapshot, isSealed, openSecret, sealSecret } from '@gateway/config';

/**
 * Seals secrets as they were sealed before, where they are the same: what has not changed then looks unchanged to all who
 * compare versions, and cannot be told from what has by anybody else.
 */
export function sealAgain(before: GatewaySnapshot | null, key: Uint8Array) {
  const sealed = new Map<string, readonly string[]>();
  for (const deployment of before?.deployments ?? []) {
    const { apiKey, credentials = {}, extraHeaders = {} } = deployment;
    const values = [apiKey, ...Object.values(credentials), ...Object.values(extraHeaders)];
    const known = values.filter((value): value is string => typeof value === 'string' && isSealed(value));
    if (known.length > 0) sealed.set(deployment.id, known);
  }
  return (plain: string, deploymentId: string): string => {
    const same = sealed.get(deploymentId)?.find((value) => openSecret(value, key, deploymentId) === plain);
    return same ?? sealSecret(plain, key, deploymentId);
  };
}
