import { setImmediate } from 'node:timers/promises';
import type { GatewaySnapshot } from '@gateway/config';
import {
  type SecretSource,
  type ServedDeployment,
  type ServedDeployments,
  serveDeployments,
} from './served-deployments';

/** A few milliseconds' worth: streams go on in between. */
const DEPLOYMENTS_AT_ONCE = 250;

/** As `serveDeployments`, for configurations of any size. */
export async function serveInSlices(snapshot: GatewaySnapshot, secrets: SecretSource): Promise<ServedDeployments> {
  const byId = new Map<string, ServedDeployment>();
  const unavailable: Record<string, string> = {};
  for (let start = 0; start < snapshot.deployments.length; start += DEPLOYMENTS_AT_ONCE) {
    if (start > 0) await setImmediate();
    const deployments = snapshot.deployments.slice(start, start + DEPLOYMENTS_AT_ONCE);
    const slice = serveDeployments({ ...snapshot, deployments }, secrets);
    for (const [id, served] of slice.byId) byId.set(id, served);
    Object.assign(unavailable, slice.unavailable);
  }
  return { version: snapshot.version, byId, unavailable };
}
