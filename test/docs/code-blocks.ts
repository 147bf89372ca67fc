export interface CodeBlock {
  readonly page: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** From a comment before it, `<!-- not run: the reason -->`; undefined for what is to be run. */
  readonly notRunBecause: string | undefined;
  /** From a comment before it, `<!-- file: name -->`: what the reader is told to save it as. */
  readonly fileName: string | undefined;
}

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;
const NOT_RUN = /<!-- not run: (.+?) -->\n+$/;
const FILE = /<!-- file: (\S+) -->\n+$/;

/** The fenced blocks of a page that say their language, in its order. */
export function codeBlocks(page: string, text: string): CodeBlock[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const before = text.slice(0, match.index);
    return {
      page,
      line: before.split('\n').length + 1,
      language: match[1] ?? '',
      code: match[2] ?? '',
      notRunBecause: NOT_RUN.exec(before)?.[1],
      fileName: FILE.exec(before)?.[1],
    };
  });
}
