import { isGatewayException } from '@gateway/domain';
import { parseWith } from '../keys/key-requests';
import { addManyMembersBody, addMembersBody, newTeamBody, patchTeamBody } from './teams/team-bodies';
import { teamChange } from './teams/team-change';
import { newUserBody, updateUserBody } from './users/user-bodies';

function refusedField(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (isGatewayException(error)) return error.detail.param ?? 'the body';
    throw error;
  }
  return undefined;
}

describe('bodies of teams and users', () => {
  it.each([
    ['organization_id', newTeamBody, { organization_id: 'o' }],
    ['team_member_permissions.0', newTeamBody, { team_member_permissions: ['/key/access_group_assignment'] }],
    ['members_with_roles.0.role', newTeamBody, { members_with_roles: [{ user_id: 'a', role: 'king' }] }],
    ['member', addMembersBody, { team_id: 't', member: { role: 'user' } }],
    ['user_role', newUserBody, { user_role: 'king' }],
    ['send_invite_email', newUserBody, { send_invite_email: true }],
    ['the body', updateUserBody, { blocked: true }],
  ])('E4 what would not be honoured is refused: %s', (field, schema, body) => {
    expect(refusedField(() => parseWith(schema as typeof newTeamBody, body))).toBe(field);
  });

  it('E4 fields that say nothing are let pass, as clients send them', () => {
    const body = { organization_id: null, guardrails: [], object_permission: {}, send_invite_email: false };
    expect(refusedField(() => parseWith(newTeamBody, body))).toBeUndefined();
    expect(refusedField(() => parseWith(newUserBody, body))).toBeUndefined();
  });

  it('E4 several members are named as LiteLLM does, or as one is', () => {
    const members = [{ user_id: 'a', role: 'user' }];
    for (const body of [{ members }, { member: members }, { members, all_users: false }]) {
      expect(parseWith(addManyMembersBody, { team_id: 't', ...body })).toMatchObject({ team_id: 't', member: members });
    }
    expect(refusedField(() => parseWith(addManyMembersBody, { team_id: 't', members, all_users: true }))).toBe(
      'all_users',
    );
    expect(refusedField(() => parseWith(addManyMembersBody, { team_id: 't' }))).toBe('member');
  });

  it('D4 what a change of a team does not name stays; null takes it away', () => {
    const team = {
      kind: 'team',
      id: 't',
      alias: 'Red',
      models: ['gpt'],
      blocked: false,
      budgetId: 'b',
      rulesJson: '{"rpm":3,"tpm":4}',
      attributesJson: '{"tags":["x"],"metadata":{"a":1},"member_rules":{"rpm":1,"tpm":2}}',
      version: 1,
      createdAtUnixMs: 0,
      updatedAtUnixMs: 0,
      budgetRulesJson: '',
      spendNanoUsd: 0,
      totalSpendNanoUsd: 0,
    };
    const body = parseWith(patchTeamBody, {
      rpm_limit: null,
      tags: null,
      team_member_tpm_limit: null,
      budget_id: null,
    });
    expect(teamChange(team, body)).toEqual({
      budgetId: '',
      rules: { tpm: 4 },
      attributes: { metadata: { a: 1 }, member_rules: { rpm: 1 } },
    });
  });
});
