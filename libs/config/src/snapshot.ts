import type { AccountDefaults, AlertSettings, Deployment, ExportSettings, RoutingSettings } from '@gateway/domain';
import type { SecretSettings } from './secrets/secret-settings';

/** One validated version of the configuration; immutable, applied as a whole or not at all. */
export interface GatewaySnapshot {
  /** `<counter>-<first 12 hex digits of the content's SHA-256>`; the counter only grows. */
  readonly version: string;
  readonly publishedAtUnixMs: number;
  /** Where it came from, for people: a file path. */
  readonly source: string;
  readonly deployments: readonly Deployment[];
  /** `model_group_alias`: what the client says → model group. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly routing: RoutingSettings;
  /** Largest request body the edge takes, in bytes. */
  readonly maxBodyBytes: number;
  /** The budget object of customers that have no rules of their own. */
  readonly customerBudgetId?: string;
  readonly accountDefaults?: AccountDefaults;
  /** Absent: as `ALERT_DEFAULTS` says. */
  readonly alerts?: AlertSettings;
  readonly exports?: ExportSettings;
  /** Absent: `os.environ/NAME` is what the environment says. */
  readonly secrets?: SecretSettings;
}
