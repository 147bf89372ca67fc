import type { AccountDefaults, AlertSettings, Deployment, ExportSettings, RoutingSettings } from '@gateway/domain';
import type { SecretSettings } from '../secrets/secret-settings';

/** A secret as the file gives it. A literal lives only in config-sync's memory until it is sealed. */
export type ConfiguredSecret =
  | { readonly kind: 'reference'; readonly reference: string }
  | { readonly kind: 'literal'; readonly value: string };

export interface DeploymentDraft {
  /** Everything but the secrets. */
  readonly deployment: Omit<Deployment, 'apiKey'>;
  readonly apiKey?: ConfiguredSecret;
  /** By name in `litellm_params`; open ones are in `deployment.credentials`. */
  readonly secretCredentials: Readonly<Record<string, ConfiguredSecret>>;
  readonly secretHeaders: Readonly<Record<string, ConfiguredSecret>>;
}

/** A configuration that passed every check, before it becomes a snapshot. */
export interface GatewayConfig {
  readonly deployments: readonly DeploymentDraft[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly routing: RoutingSettings;
  readonly maxBodyBytes: number;
  /** `max_end_user_budget_id` */
  readonly customerBudgetId?: string;
  readonly accountDefaults?: AccountDefaults;
  readonly alerts?: AlertSettings;
  readonly exports?: ExportSettings;
  /** `key_management_system`; absent: `os.environ/NAME` is the environment's. */
  readonly secrets?: SecretSettings;
}
