import { type GatewayError, isRecord, nearestName } from '@gateway/domain';
import { FIELD_NAMES, GATEWAY_FIELD_NAMES, PARAMETER_NAMES } from './request-schema';

const TOP_LEVEL = [...FIELD_NAMES, ...GATEWAY_FIELD_NAMES];
const AT_TOP: ReadonlySet<string> = new Set(TOP_LEVEL);
const IN_PARAMETERS: ReadonlySet<string> = new Set(PARAMETER_NAMES);

/** What other wires call what has another name here. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['max_completion_tokens', 'parameters.max_tokens'],
  ['max_output_tokens', 'parameters.max_tokens'],
  ['stop_sequences', 'parameters.stop'],
  ['thinking_budget', 'parameters.reasoning_budget_tokens'],
  ['prompt', 'messages'],
  ['input', 'messages'],
  ['version', 'model_version'],
  ['max_cost', 'max_cost_usd'],
]);

/** The first field that this wire does not have, with what was probably meant; null where there is none. */
export function unknownField(body: Readonly<Record<string, unknown>>): GatewayError | null {
  for (const name in body) {
    if (AT_TOP.has(name)) continue;
    return refuse(name, IN_PARAMETERS.has(name) ? `parameters.${name}` : meantBy(name, TOP_LEVEL, ''));
  }
  const { parameters } = body;
  if (!isRecord(parameters)) return null;
  for (const name in parameters) {
    if (IN_PARAMETERS.has(name)) continue;
    const meant = AT_TOP.has(name) ? `${name} beside parameters` : meantBy(name, PARAMETER_NAMES, 'parameters.');
    return refuse(`parameters.${name}`, meant);
  }
  return null;
}

function meantBy(name: string, names: readonly string[], prefix: string): string | null {
  const other = OTHER_NAMES.get(name);
  if (other !== undefined) return other;
  const nearest = nearestName(name, names);
  return nearest === null ? null : prefix + nearest;
}

function refuse(param: string, meant: string | null): GatewayError {
  const hint = meant === null ? '' : ` Did you mean ${meant}?`;
  return { code: 'invalid_request', message: `${param}: is not a field of this API.${hint}`, param };
}
