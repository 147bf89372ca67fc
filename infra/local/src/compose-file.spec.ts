import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_TABLES } from '@gateway/config';
import { parse } from 'yaml';
import { EMULATOR_NAMES, SECRET_VARIABLES, SERVICES, type ServiceName } from './mesh/service-table';
import { repositoryRoot } from './repository-root';

interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const compose = parse(readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
const services = Object.keys(SERVICES) as ServiceName[];

function gatewayVariables(service: ServiceName): string[] {
  const names = Object.keys(compose.services[service]?.environment ?? {});
  return names.filter((name) => name.startsWith('LLM_GATEWAY_'));
}

describe('docker-compose.yml', () => {
  it.each(services)('sets for %s only what that service reads', (service) => {
    const read: string[] = Object.values(ENVIRONMENT_TABLES[service]).map(({ variable }) => variable);
    expect(gatewayVariables(service).filter((name) => !read.includes(name))).toEqual([]);
  });

  it.each(services)('gives %s the same secrets as `make up` does', (service) => {
    const secrets = gatewayVariables(service).filter((name) => SECRET_VARIABLES.includes(name));
    expect(secrets.sort()).toEqual([...SERVICES[service].secrets].sort());
  });

  it.each(EMULATOR_NAMES)('runs the emulator of %s where the configuration finds it', (name) => {
    const option = compose.services.emulators?.command?.find((part) => part.startsWith(`--${name}-port=`));
    const address = compose.services['config-sync']?.environment?.[`EMULATOR_${name.toUpperCase()}_URL`];
    expect(option).toMatch(/=\d+$/);
    expect(address).toContain(`://emulators:${option?.split('=')[1]}`);
  });
});
