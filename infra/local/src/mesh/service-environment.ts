import { SECRET_VARIABLES, SERVICES, type ServiceName } from './service-table';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What a Node process needs from the machine, and telemetry settings; no credentials among them. */
const ALLOWED =
  /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|NODE_ENV|NODE_NO_WARNINGS|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|OTEL_\w+|LLM_GATEWAY_\w+)$/;

/** Settings of the launcher itself, or replaced for each instance. */
const LAUNCHER_ONLY: readonly string[] = [
  'LLM_GATEWAY_PORT',
  'LLM_GATEWAY_HOST',
  'LLM_GATEWAY_HTTP_PORT',
  'LLM_GATEWAY_GRPC_PORT',
  'LLM_GATEWAY_INSTANCE_ID',
];

/**
 * The environment of one service: what it may see of the user's, the mesh's own settings, and its secrets and no others.
 * `given` holds all mesh settings including every secret.
 */
export function serviceEnvironment(service: ServiceName, user: Variables, given: Variables): Record<string, string> {
  const row = SERVICES[service];
  const inherited = Object.entries(forServices(user)).filter(
    ([name]) => row.wholeUserEnvironment || ALLOWED.test(name),
  );
  const merged = { ...Object.fromEntries(inherited), ...given };
  const visible = Object.entries(merged).flatMap(([name, value]) => {
    const withheld = SECRET_VARIABLES.includes(name) && !row.secrets.includes(name);
    return value === undefined || withheld ? [] : [[name, value] as const];
  });
  return Object.fromEntries(visible);
}

/** All that is the user's and not for the launcher alone. */
export function forServices(user: Variables): Variables {
  return Object.fromEntries(Object.entries(user).filter(([name]) => !LAUNCHER_ONLY.includes(name)));
}

/**
 * Variables a configuration reads for something other than a credential, such as `api_base`: config-sync resolves these
 * itself, while keys are resolved only by the workers.
 */
export function configurationVariables(yaml: string): string[] {
  const names = yaml.split('\n').flatMap((line) => {
    const match = /^\s*-?\s*["']?(\w+)["']?\s*:\s*["']?os\.environ\/(\w+)/.exec(line);
    return match?.[1] && match[2] && !/key|secret|token|password|credential/i.test(match[1]) ? [match[2]] : [];
  });
  return [...new Set(names)];
}

/** What the sections `alerts` and `exports` refer to: secrets that the ledger alone looks up. */
export function ledgerVariables(yaml: string): string[] {
  const sections = yaml.match(/^(?:alerts|exports):.*\n(?:[ \t#-].*\n|\s*\n)*/gm) ?? [];
  return [...new Set([...sections.join('').matchAll(/os\.environ\/(\w+)/g)].map(([, name = '']) => name))];
}
