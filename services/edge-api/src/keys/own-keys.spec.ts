import type { VirtualKey } from '@gateway/contracts';
import { MASTER_PRINCIPAL, MEMBER_PERMISSIONS, type MemberPermission } from '@gateway/domain';
import { caller, HASHES, key } from './__fixtures__/some-keys';
import { type KeyCaller, mayChange, maySee, visibleKeys } from './own-keys';

/** Of the same user in the same team; what a key's user may beyond that is in what the ledger says of its access. */
const ofRole = (role: string, said: Partial<VirtualKey> = {}) => key({ ...said, accessJson: JSON.stringify({ role }) });

describe('whose keys are whose', () => {
  it.each([
    ['the same user and team', caller(), [], key(), [true, true, false]],
    ['another user', caller(), [], key({ userId: 'v' }), [false, false, false]],
    ['the same user in another team', caller(), [], key({ teamId: 's' }), [false, false, false]],
    [
      'nobody at all',
      caller({ userId: undefined, teamId: undefined }),
      [],
      key({ userId: '', teamId: '' }),
      [false, false, false],
    ],
    [
      'itself, of no user',
      caller({ userId: undefined }),
      [],
      key({ keyHash: HASHES.mine, userId: '' }),
      [true, false, false],
    ],
    ['a user who only reads', caller({ role: 'internal_user_viewer' }), [], key(), [true, false, false]],
    ['a viewer', caller({ role: 'proxy_admin_viewer', userId: 'w' }), [], key(), [true, false, false]],
    ['an administrator', caller({ role: 'proxy_admin', userId: 'w' }), [], key(), [true, true, true]],
    ['the master key', MASTER_PRINCIPAL, [], key(), [true, true, true]],
    ['the team’s administrator', caller({ userId: 'w' }), ['t'], key(), [true, true, true]],
    ['that of another team', caller({ userId: 'w' }), ['s'], key(), [false, false, false]],
    ['that of a key without a team', caller({ userId: 'w' }), ['t'], key({ teamId: '' }), [false, false, false]],
    [
      'the team’s administrator who only reads',
      caller({ userId: 'w', role: 'internal_user_viewer' }),
      ['t'],
      key(),
      [true, false, false],
    ],
    [
      '… of a key of the gateway’s administrator',
      caller({ userId: 'w' }),
      ['t'],
      ofRole('proxy_admin'),
      [true, false, false],
    ],
    ['… of one who sees all', caller({ userId: 'w' }), ['t'], ofRole('proxy_admin_viewer'), [true, false, false]],
    ['… of a member', caller({ userId: 'w' }), ['t'], ofRole('internal_user'), [true, true, true]],
  ] as const)('E4 %s', (_who, principal, administered, of, [sees, changes, manages]) => {
    const who = { principal, administered, permitted: new Map() };
    const may = [maySee(who, of), mayChange(who, of, '/key/delete'), mayChange(who, of, '/key/update')];
    expect(may).toEqual([sees, changes, manages]);
  });
});

describe('what a team lets its members do with its keys', () => {
  const member = (permissions: readonly MemberPermission[], said: Parameters<typeof caller>[0] = {}): KeyCaller => ({
    principal: caller(said),
    administered: [],
    permitted: new Map([['t', new Set(permissions)]]),
  });
  const own = key();
  const nobodys = key({ userId: '' });
  const others = key({ userId: 'v' });

  it('E4 just what it says, with their own keys and those of no user', () => {
    for (const permission of MEMBER_PERMISSIONS) {
      const allowed = member([permission]);
      const other = member(MEMBER_PERMISSIONS.filter((name) => name !== permission));
      expect([own, nobodys, others].map((of) => mayChange(allowed, of, permission))).toEqual([true, true, false]);
      expect([own, nobodys, others].map((of) => mayChange(other, of, permission))).toEqual([false, false, false]);
    }
  });

  it('E4 not in another team, not by a role that only reads, and not with the keys that it does not own elsewhere', () => {
    const all = member(MEMBER_PERMISSIONS);
    expect(mayChange(all, key({ teamId: 's' }), '/key/update')).toBe(false);
    expect(mayChange(all, key({ teamId: '', userId: '' }), '/key/update')).toBe(false);
    expect(mayChange(member(MEMBER_PERMISSIONS, { role: 'internal_user_viewer' }), own, '/key/update')).toBe(false);
  });

  it('E4 all of its keys are seen where it says so, and else their own', () => {
    expect([own, others].map((of) => maySee(member([]), of))).toEqual([true, false]);
    expect([own, others].map((of) => maySee(member(['/key/info']), of))).toEqual([true, true]);
    expect(visibleKeys(member(['/key/list']), '/key/list').visibleTeamIds).toEqual(['t']);
    expect(visibleKeys(member(['/key/list']), '/key/aliases').visibleTeamIds).toEqual([]);
  });
});
