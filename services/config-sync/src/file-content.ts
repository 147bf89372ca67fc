import { readFile } from 'node:fs/promises';

/** What was found at the configuration's path. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  /** `reason` in words for people, such as "does not exist". */
  | { readonly kind: 'unreadable'; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a directory',
};

/** Reads the file as UTF-8. Never rejects: a file that cannot be read is an answer too. */
export async function readFileContent(path: string): Promise<FileContent> {
  try {
    const bytes = await readFile(path);
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'unreadable', reason: 'is not UTF-8 text' };
    const code = String((error as NodeJS.ErrnoException).code);
    return { kind: 'unreadable', reason: REASONS[code] ?? `cannot be read (${code})` };
  }
}

export function isSameContent(left: FileContent | null, right: FileContent | null): boolean {
  if (left === null || right === null || left.kind !== right.kind) return left === right;
  return JSON.stringify(left) === JSON.stringify(right);
}
