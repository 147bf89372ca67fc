import { readSecretReference } from '../secrets/secret-reference';
import type { SecretSettings } from '../secrets/secret-settings';
import type { ConfigFindings } from './config-findings';
import type { ValidFile } from './gateway-config-schema';
import { KEY_MANAGEMENT_WITHOUT_EFFECT, READ_MANAGERS } from './key-management-schema';

type Settings = NonNullable<NonNullable<ValidFile['general_settings']>['key_management_settings']>;

const PATH = ['general_settings', 'key_management_settings'];

/** Which manager `os.environ/NAME` is asked of; nothing where it is the environment alone. */
export function readKeyManagement(
  { general_settings: general }: ValidFile,
  findings: ConfigFindings,
): { readonly secrets?: SecretSettings } {
  const { key_management_system: system, key_management_settings: settings } = general ?? {};
  if (settings) warnOfNoEffect(settings, findings);
  if (!system || system === 'local') return {};
  const manager = READ_MANAGERS.find((name) => name === system);
  if (!manager) {
    const place = ['general_settings', 'key_management_system'];
    findings.warn(place, `"${system}" has no effect in this version: os.environ/NAME is read from the environment`);
    return {};
  }
  if (settings?.access_mode === 'write_only') return {};
  const primary = settings?.primary_secret_name ?? null;
  if (primary !== null && readSecretReference(`${manager}/${primary}`).kind !== 'reference') {
    findings.refuse([...PATH, 'primary_secret_name'], `must be the name of a secret of ${manager}`);
  }
  return { secrets: { manager, hostedKeys: settings?.hosted_keys ?? null, primarySecretName: primary } };
}

function warnOfNoEffect(settings: Settings, findings: ConfigFindings): void {
  const given = KEY_MANAGEMENT_WITHOUT_EFFECT.filter((name) => {
    const value = settings[name as keyof Settings];
    return value !== undefined && value !== null && value !== false;
  });
  if (given.length > 0) findings.warn(PATH, `has no effect in this version: ${given.join(', ')}`);
}
