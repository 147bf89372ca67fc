/** A list without conditions. */
export const EVERY_ENTRY = {
  ids: [],
  search: '',
  alias: '',
  userEmail: '',
  userRole: '',
  memberUserId: '',
  sortBy: '',
  descending: false,
  offset: 0,
  limit: 500,
};
