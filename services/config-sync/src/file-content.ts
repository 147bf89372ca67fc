import { readFile } from 'node:fs/promises';
import { gatherIncludes, type IncludedFile, type IncludedFiles } from '@gateway/config';

/** What was found at the configuration's path. */
export type FileContent =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** What a configuration includes, read at the same time. */
      readonly included?: IncludedFiles;
    }
  /** `reason` in words for people, such as "does not exist". */
  | { readonly kind: 'unreadable'; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a directory',
};

/** Reads the file as UTF-8. Never rejects: a file that cannot be read is an answer too. */
export async function readFileContent(path: string): Promise<IncludedFile> {
  try {
    const bytes = await readFile(path);
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'unreadable', reason: 'is not UTF-8 text' };
    const code = String((error as NodeJS.ErrnoException).code);
    return { kind: 'unreadable', reason: REASONS[code] ?? `cannot be read (${code})` };
  }
}

/** Reads a configuration with all it includes, so that it changes when one of them does. */
export async function readConfiguration(path: string): Promise<FileContent> {
  const content = await readFileContent(path);
  if (content.kind === 'unreadable') return content;
  const included = await gatherIncludes(content.text, path, readFileContent);
  return Object.keys(included).length === 0 ? content : { ...content, included };
}

export function isSameContent(left: FileContent | null, right: FileContent | null): boolean {
  if (left === null || right === null || left.kind !== right.kind) return left === right;
  return JSON.stringify(left) === JSON.stringify(right);
}
