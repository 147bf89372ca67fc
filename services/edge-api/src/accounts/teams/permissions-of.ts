import type { Entry } from '@gateway/contracts';
import type { MemberPermission } from '@gateway/domain';
import { attributesOf } from '../account-desk';

/** Undefined where the team says nothing; an empty list lets its members do nothing. */
export function permissionsOf(team: Entry): readonly MemberPermission[] | undefined {
  return attributesOf(team).team_member_permissions as readonly MemberPermission[] | undefined;
}
