/** Whether configuration version `one` was published after `other`; versions read `<counter>-<hash>`, '' is none. */
export function isNewerVersion(one: string, other: string): boolean {
  return counterOf(one) > counterOf(other);
}

function counterOf(version: string): number {
  return Number.parseInt(version, 10) || 0;
}
