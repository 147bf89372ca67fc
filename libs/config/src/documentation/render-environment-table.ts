import type { EnvironmentField } from '../environment/environment-field';
import { ENVIRONMENT_TABLES, SERVICE_NAMES, type ServiceName } from '../environment/environment-tables';

/** One variable, with every service that reads it. */
export interface DocumentedVariable {
  readonly field: EnvironmentField<unknown>;
  readonly services: readonly ServiceName[];
}

/** Every variable once, those of all services first, then service by service. */
export function documentedVariables(): readonly DocumentedVariable[] {
  const byName = new Map<string, { field: EnvironmentField<unknown>; services: ServiceName[] }>();
  for (const service of SERVICE_NAMES) {
    const table: Readonly<Record<string, EnvironmentField<unknown>>> = ENVIRONMENT_TABLES[service];
    for (const field of Object.values(table)) {
      const known = byName.get(field.variable);
      if (known) known.services.push(service);
      else byName.set(field.variable, { field, services: [service] });
    }
  }
  return [...byName.values()];
}

/** A Markdown table of the environment. */
export function renderEnvironmentTable(): string {
  const rows = documentedVariables().map(({ field, services }) => {
    const readers = services.length === SERVICE_NAMES.length ? 'all' : services.join(', ');
    const secret = field.secret ? ' **Secret.**' : '';
    return `| \`${field.variable}\` | ${defaultOf(field)} | ${readers} | ${field.description}${secret} |`;
  });
  return ['| Variable | Default | Read by | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function defaultOf(field: EnvironmentField<unknown>): string {
  if (field.default !== undefined) return `\`${field.default}\``;
  return field.presence === 'required' ? '**required**' : (field.defaultInWords ?? 'unset');
}
