const LONGEST_ID = 256;

/** Whether this can be an id of ours at all. PostgreSQL's texts hold no NUL. */
export function isPlainId(id: string): boolean {
  return id !== '' && id.length <= LONGEST_ID && !id.includes('\0');
}
