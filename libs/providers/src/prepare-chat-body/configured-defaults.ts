import { type ChatRequest, type Deployment, isRecord } from '@gateway/domain';
import type { ChatWireCodecs } from '@gateway/wire-formats';
import { isConfigurable } from './configured-params';
import { nameOnWire, valueOnWire } from './parameter-names';

/** What the configuration cannot decide for a client. */
type Decided = 'model' | 'system' | 'messages' | 'stream' | 'unmapped' | 'clientWire';

/**
 * For wires whose settings are not top-level fields: the configured defaults, which have OpenAI's names, take their
 * places in the hub's request where the client was silent, and get their names on the wire like the client's own.
 *
 * @returns the completed request, and the defaults that mean nothing on OpenAI's wire: the provider's own fields
 */
export function completeRequest(
  request: ChatRequest,
  deployment: Pick<Deployment, 'defaultParams'>,
  codecs: ChatWireCodecs,
): { readonly request: ChatRequest; readonly own: Readonly<Record<string, unknown>> } {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(deployment.defaultParams ?? {})) {
    const wireName = nameOnWire(name, 'openai-chat');
    if (isConfigurable(name)) body[wireName] = valueOnWire(wireName, value);
  }
  const configured = codecs['openai-chat'].decodeRequest({ ...body, model: request.model, messages: [] });
  const { model, system, messages, stream, unmapped, clientWire, ...defaults } = configured;
  const settings: Omit<ChatRequest, Decided> = defaults;
  return { request: { ...settings, ...request }, own: unmapped };
}

/** Adds `extraBody` in place, over whatever is there; settings inside an object (`generationConfig`) one by one. */
export function mergeExtraBody(body: Record<string, unknown>, { extraBody }: Pick<Deployment, 'extraBody'>): void {
  const configurable = Object.entries(extraBody ?? {}).filter(([name]) => isConfigurable(name));
  Object.assign(body, mergeFields(body, Object.fromEntries(configurable)));
}

/** Fields of both, those of `over` first; objects that both have are merged in their turn, one level deep. */
export function mergeFields(
  under: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const present = under[name];
    merged[name] = isRecord(value) && isRecord(present) ? { ...present, ...value } : value;
  }
  return merged;
}
