import { randomBytes } from 'node:crypto';
import { EnvironmentError, type EnvironmentProblem } from './environment-error';
import type { EnvironmentField } from './environment-field';
import { ENVIRONMENT_TABLES, type ServiceName } from './environment-tables';
import { judgeMasterKey } from './judge-master-key';
import { warnOfUnknownVariables } from './unknown-variables';

export type EnvironmentSource = Readonly<Record<string, string | undefined>>;

type Tables = typeof ENVIRONMENT_TABLES;
type ValueOf<Field> = Field extends EnvironmentField<infer Value> ? Value : never;
type Values<Service extends ServiceName> = {
  readonly [Name in keyof Tables[Service]]: ValueOf<Tables[Service][Name]>;
};

/** Properties that are optional in the environment but always have a value once it is read. */
type Derived = 'instanceId' | 'natsTokensUrl';

/** What a service knows about its surroundings: frozen, typed, complete. */
export type Environment<Service extends ServiceName = ServiceName> = Omit<Values<Service>, Derived> & {
  readonly service: Service;
  readonly instanceId: string;
  readonly natsTokensUrl: string;
  /** For the log at start: variables nobody reads, a weak master key. */
  readonly warnings: readonly string[];
};

/**
 * Reads and checks every variable of one service. An empty variable counts as unset.
 * @throws EnvironmentError naming every bad variable at once.
 */
export function readEnvironment<Service extends ServiceName>(
  service: Service,
  source: EnvironmentSource = process.env,
): Environment<Service> {
  const table: Readonly<Record<string, EnvironmentField<unknown>>> = ENVIRONMENT_TABLES[service];
  const problems: EnvironmentProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(table)) {
    const outcome = readField(field, source[field.variable]);
    if (outcome.ok) values[name] = outcome.value;
    else problems.push({ variable: field.variable, message: outcome.message });
  }
  const warnings = [...warnOfUnknownVariables(source)];
  const verdict = judgeMasterKey(values.masterKey, values.host);
  if (verdict?.refused) problems.push({ variable: 'LLM_GATEWAY_MASTER_KEY', message: verdict.message });
  else if (verdict) warnings.push(verdict.message);
  if (problems.length > 0) throw new EnvironmentError(service, problems);
  return Object.freeze({
    ...values,
    service,
    instanceId: values.instanceId ?? `${service}-${randomBytes(4).toString('hex')}`,
    natsTokensUrl: values.natsTokensUrl ?? values.natsUrl,
    warnings: Object.freeze(warnings),
  }) as Environment<Service>; // the table gives every property its type, see `Values`
}

type FieldOutcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

function readField(field: EnvironmentField<unknown>, raw: string | undefined): FieldOutcome {
  const given = raw === undefined || raw.trim() === '' ? undefined : raw.trim();
  const value = given ?? field.default;
  if (value === undefined) {
    if (field.presence === 'optional') return { ok: true, value: undefined };
    return { ok: false, message: `${field.variable} is not set; it must be ${field.expected}` };
  }
  const parsed = field.schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const shown = field.secret ? 'has a value that is not valid' : `is ${JSON.stringify(shorten(value))}`;
  return { ok: false, message: `${field.variable} ${shown}; it must be ${field.expected}` };
}

function shorten(value: string): string {
  return value.length > 80 ? `${value.slice(0, 77)}...` : value;
}
