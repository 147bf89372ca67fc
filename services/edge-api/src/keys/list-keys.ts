import type { ListKeysRequest } from '@gateway/contracts';

/** A list without conditions; `page` and `size` are the asker's to say. */
export const EVERY_KEY: ListKeysRequest = {
  page: 1,
  size: 1,
  userId: '',
  teamId: '',
  keyHash: '',
  keyAlias: '',
  substringMatching: false,
  createdBy: '',
  accessGroupId: '',
  revoked: false,
  autoRotateOnly: false,
  sortBy: '',
  ascending: false,
  visibleToUserId: '',
  visibleKeyHash: '',
  visibleTeamIds: [],
};
