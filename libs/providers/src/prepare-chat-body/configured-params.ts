import type { Deployment } from '@gateway/domain';
import { type FlatWire, nameOnWire, synonymsOf, valueOnWire } from './parameter-names';

/** Decided by the router, the client and the gateway; a configured value would contradict what they agreed on. */
const NEVER_CONFIGURED: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options', 'messages', '__proto__']);

export type ConfiguredParams = Pick<Deployment, 'defaultParams' | 'extraBody'>;

/** Whether the deployment adds anything to a body. */
export function hasConfiguredParams(deployment: ConfiguredParams): boolean {
  return isFilled(deployment.defaultParams) || isFilled(deployment.extraBody);
}

/**
 * Adds what the configuration says, in place: `defaultParams` where the client was silent (a null of the client's is
 * not silence), then `extraBody` whatever the client said.
 *
 * @param clientFields What the client's own body had, when that was on another wire.
 */
export function addConfiguredParams(
  body: Record<string, unknown>,
  deployment: ConfiguredParams,
  target: { readonly wire: FlatWire; readonly clientFields?: ReadonlySet<string> },
): void {
  for (const [name, value] of Object.entries(deployment.defaultParams ?? {})) {
    if (!isConfigurable(name)) continue;
    const isSet = synonymsOf(name).some((synonym) => Object.hasOwn(body, synonym) || target.clientFields?.has(synonym));
    if (isSet) continue;
    const wireName = nameOnWire(name, target.wire);
    if (!Object.hasOwn(body, wireName)) body[wireName] = valueOnWire(wireName, value);
  }
  for (const [name, value] of Object.entries(deployment.extraBody ?? {})) {
    if (isConfigurable(name)) body[name] = value;
  }
}

export function isConfigurable(name: string): boolean {
  return !NEVER_CONFIGURED.has(name);
}

function isFilled(record: Readonly<Record<string, unknown>> | undefined): boolean {
  for (const _ in record) return true;
  return false;
}
