import type { Role } from './identity';
import type { MemberPermission } from './member-permissions';
import type { NanoUsd } from './money';

/** What accounts are made with where whoever makes them does not say; see `litellm_settings` of the configuration. */
export interface AccountDefaults {
  readonly user?: UserDefaults;
  readonly team?: TeamDefaults;
}

export interface UserDefaults {
  readonly role?: Role;
  readonly maxBudgetNanoUsd?: NanoUsd;
  readonly budgetDuration?: string;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly models?: readonly string[];
  readonly teams?: readonly TeamPlaceDefault[];
}

/** A team that every new user is put into. */
export interface TeamPlaceDefault {
  readonly teamId: string;
  readonly role: 'admin' | 'user';
  readonly maxBudgetNanoUsd?: NanoUsd;
}

export interface TeamDefaults {
  readonly maxBudgetNanoUsd?: NanoUsd;
  readonly budgetDuration?: string;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly models?: readonly string[];
  readonly memberPermissions?: readonly MemberPermission[];
}
