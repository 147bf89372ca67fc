import { parseFlow } from './plain-yaml-flow';
import { NOT_PLAIN, plainScalar, quotedScalar } from './plain-yaml-scalars';

/**
 * The value of a YAML text that is written plainly: block mappings and lists, simple keys, scalars and flow collections that end
 * on their line. Null for everything else, which is for the YAML library to read or to refuse: whatever this gives, the library
 * would give too. Ten thousand models are read in a tenth of a second by this and in two by the library.
 */
export function readPlainYaml(text: string): { readonly value: unknown } | null {
  if (UNUSUAL.test(text)) return null;
  try {
    const reader = new PlainReader(linesOf(text));
    return { value: reader.document() };
  } catch (error) {
    if (error === NOT_PLAIN) return null;
    throw error;
  }
}

/** Tabs, carriage returns, other control characters, separators that look like line ends, markers of documents. */
const UNUSUAL = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\uffff]|^(?:---|\.\.\.|%)/m;

interface Line {
  readonly indent: number;
  /** Without indent, with what is behind it. */
  readonly content: string;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    let indent = 0;
    while (line.charCodeAt(indent) === 32) indent += 1;
    if (indent === line.length || line.charCodeAt(indent) === 35) continue;
    lines.push({ indent, content: line.slice(indent).trimEnd() });
  }
  return lines;
}

const KEY = /^([A-Za-z_][\w./*-]{0,200}):(?: +|$)/;
/** Not text where a value stands, or not an ordinary name. */
const ODD_KEY = /^(?:true|false|null|__proto__)$/i;

class PlainReader {
  private at = 0;

  constructor(private readonly lines: readonly Line[]) {}

  document(): unknown {
    const first = this.lines[0];
    if (first === undefined || first.indent !== 0) throw NOT_PLAIN;
    const value = this.block(0);
    if (this.at < this.lines.length) throw NOT_PLAIN;
    return value;
  }

  /** A mapping or a list whose lines begin in this column. */
  private block(indent: number): unknown {
    const line = this.lines[this.at];
    if (line === undefined) throw NOT_PLAIN;
    return line.content.startsWith('- ') ? this.list(indent) : this.mapping(indent, line.content);
  }

  private list(indent: number): unknown[] {
    const items: unknown[] = [];
    for (;;) {
      const line = this.lines[this.at];
      if (line === undefined || line.indent !== indent || !line.content.startsWith('- ')) break;
      const content = line.content.slice(2).trimStart();
      if (content.startsWith('- ') || content.startsWith('#')) throw NOT_PLAIN;
      if (KEY.test(content)) items.push(this.mapping(indent + line.content.length - content.length, content));
      else items.push(this.inline(content));
    }
    this.endBlock(indent);
    return items;
  }

  /** `first`: the first line from its key on, which may stand behind a dash. */
  private mapping(indent: number, first: string): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    let content = first;
    for (;;) {
      const match = KEY.exec(content);
      const key = match?.[1];
      if (match === null || key === undefined || ODD_KEY.test(key) || Object.hasOwn(mapping, key)) throw NOT_PLAIN;
      const rest = content.slice(match[0].length);
      mapping[key] = rest === '' || rest.startsWith('#') ? this.valueBelow(indent) : this.inline(rest);
      const next = this.lines[this.at];
      if (next === undefined || next.indent !== indent || next.content.startsWith('- ')) break;
      content = next.content;
    }
    this.endBlock(indent);
    return mapping;
  }

  /** What stands in the lines below a key without a value. */
  private valueBelow(indent: number): unknown {
    this.at += 1;
    const next = this.lines[this.at];
    if (next === undefined || next.indent < indent) return null;
    if (next.indent > indent) return this.block(next.indent);
    return next.content.startsWith('- ') ? this.list(indent) : null;
  }

  /** A value that ends on its line. */
  private inline(content: string): unknown {
    this.at += 1;
    const opening = content[0];
    if (opening === '[' || opening === '{') return parseFlow(content);
    if (opening === '"' || opening === "'") return quotedScalar(content);
    return plainScalar(content);
  }

  /** Deeper lines would go on with the last value; a list may stand in the column of its key. */
  private endBlock(indent: number): void {
    const next = this.lines[this.at];
    if (next !== undefined && next.indent > indent) throw NOT_PLAIN;
  }
}
