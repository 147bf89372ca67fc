import type { TeamDefaults, TeamPlaceDefault, UserDefaults } from '@gateway/domain';
import { usdOf } from './spend-rule-fields';
import type { TeamFields } from './teams/team-bodies';
import type { UserFields } from './users/user-bodies';

/** A new team's fields, with the operator's where the body says nothing; to say `null` is to say nothing, as at LiteLLM. */
export function withTeamDefaults<Body extends TeamFields>(body: Body, defaults: TeamDefaults = {}): Body {
  return {
    ...sharedDefaults(defaults),
    team_member_permissions: copyOf(defaults.memberPermissions),
    ...said(body),
  };
}

/** A new user's fields, likewise. */
export function withUserDefaults<Body extends UserFields>(body: Body, defaults: UserDefaults = {}): Body {
  return {
    user_role: defaults.role ?? 'internal_user',
    ...sharedDefaults(defaults),
    ...said(body),
  };
}

function sharedDefaults({ maxBudgetNanoUsd, budgetDuration, rpm, tpm, models }: TeamDefaults | UserDefaults) {
  return {
    max_budget: usdOf(maxBudgetNanoUsd) ?? undefined,
    budget_duration: budgetDuration,
    rpm_limit: rpm,
    tpm_limit: tpm,
    models: copyOf(models),
  };
}

export interface WantedPlace {
  readonly team_id: string;
  readonly user_role: 'admin' | 'user';
  readonly max_budget_in_team?: number | null;
}

/** The teams that a new user is put into: those of the body, else the operator's; each once. */
export function placesFor(
  named: readonly (string | WantedPlace)[] | null | undefined,
  defaults: readonly TeamPlaceDefault[] = [],
): readonly WantedPlace[] {
  const wanted =
    named?.map((place) => (typeof place === 'string' ? { team_id: place, user_role: 'user' as const } : place)) ??
    defaults.map(({ teamId, role, maxBudgetNanoUsd }) => ({
      team_id: teamId,
      user_role: role,
      max_budget_in_team: usdOf(maxBudgetNanoUsd),
    }));
  return [...new Map(wanted.map((place) => [place.team_id, place])).values()];
}

/** What the body leaves out must not cover what the operator says. */
function said<Body extends object>(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => (value ?? null) !== null)) as Body;
}

function copyOf<Item>(list: readonly Item[] | undefined): Item[] | undefined {
  return list && [...list];
}
