import type { Principal } from '@gateway/domain';

/**
 * Whose a stored response is: the user's whose key made it, so that a new key of theirs finds it; else the team's; else
 * the key's own.
 */
export function ownerOf({ keyHash, userId, teamId }: Principal): string {
  if (userId !== undefined && userId !== '') return `user:${userId}`;
  if (teamId !== undefined && teamId !== '') return `team:${teamId}`;
  return `key:${keyHash}`;
}
