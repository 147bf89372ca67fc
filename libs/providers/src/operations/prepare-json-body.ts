import type { BodyQuirks, JsonBody, OperationInput } from '@gateway/provider-kit';
import { applyBodyQuirks } from '@gateway/provider-kit';
import { hasConfiguredParams, isConfigurable } from '../prepare-chat-body/configured-params';
import { stripGatewayFields } from '../prepare-chat-body/gateway-fields';
import { parseObject } from '../prepare-chat-body/parse-object';
import { spliceModel } from '../prepare-chat-body/splice-same-wire';

/**
 * A client's JSON body for a provider that speaks the operation's client wire: the model's name there, what the
 * configuration adds, and nothing that is for the gateway.
 * @throws GatewayException `unsupported_parameter` for what the provider refuses, unless `drop_params`.
 */
export function prepareJsonBody(
  input: OperationInput,
  quirks: BodyQuirks | null,
  rewrite?: (body: JsonBody) => void,
): Uint8Array {
  const { deployment, spans } = input;
  if (spans && quirks === null && !hasConfiguredParams(deployment))
    return spliceModel(input.body, spans, input.providerModel);
  const body = completeJsonBody(input);
  body.model = input.providerModel;
  if (quirks !== null) applyBodyQuirks(body, quirks, deployment.dropParams ?? false);
  rewrite?.(body);
  return Buffer.from(JSON.stringify(body), 'utf8');
}

/** The client's body, parsed, without the gateway's own fields and with what the configuration adds. */
export function completeJsonBody({ body: bytes, deployment }: OperationInput): JsonBody {
  const body = parseObject(bytes);
  stripGatewayFields(body);
  for (const [name, value] of Object.entries(deployment.defaultParams ?? {})) {
    if (isConfigurable(name) && !Object.hasOwn(body, name)) body[name] = value;
  }
  for (const [name, value] of Object.entries(deployment.extraBody ?? {})) {
    if (isConfigurable(name)) body[name] = value;
  }
  return body;
}
