import { NOT_PLAIN, resolved } from './plain-yaml-scalars';

const DEEPEST = 20;
const TOKEN = /(?:"[^"\\]*"|'[^']*')|[A-Za-z0-9_./~+-](?:[\w./*+~-]|:(?=[\w/]))*/y;
const KEY = /([A-Za-z_][\w./*-]{0,200}):(?= )/y;
const ODD_KEY = /^(?:true|false|null|__proto__)$/i;
const SPACE = / */y;

/** `[a, b]` or `{ a: 1 }` that ends on its line. @throws NOT_PLAIN */
export function parseFlow(content: string): unknown {
  const reader = new FlowReader(content);
  const value = reader.collection(0);
  if (!/^(?: +#.*)?$/.test(content.slice(reader.at))) throw NOT_PLAIN;
  return value;
}

class FlowReader {
  at = 0;

  constructor(private readonly text: string) {}

  collection(depth: number): unknown {
    if (depth > DEEPEST) throw NOT_PLAIN;
    return this.text[this.at] === '[' ? this.list(depth) : this.mapping(depth);
  }

  private list(depth: number): unknown[] {
    const items: unknown[] = [];
    this.parts(']', () => items.push(this.value(depth)));
    return items;
  }

  private mapping(depth: number): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    this.parts('}', () => {
      const key = this.match(KEY)[1] ?? '';
      if (ODD_KEY.test(key) || Object.hasOwn(mapping, key)) throw NOT_PLAIN;
      this.match(SPACE);
      mapping[key] = this.value(depth);
    });
    return mapping;
  }

  /** Parts between commas, up to the end of the collection. */
  private parts(end: string, read: () => void): void {
    this.at += 1;
    this.match(SPACE);
    while (this.text[this.at] !== end) {
      read();
      this.match(SPACE);
      if (this.text[this.at] === ',') {
        this.at += 1;
        this.match(SPACE);
      } else if (this.text[this.at] !== end) throw NOT_PLAIN;
    }
    this.at += 1;
  }

  private value(depth: number): unknown {
    const opening = this.text[this.at];
    if (opening === '[' || opening === '{') return this.collection(depth + 1);
    const start = this.at;
    const token = this.match(TOKEN)[0];
    const next = this.text[this.at];
    // Words with spaces, and keys in lists, are the library's.
    if (next !== undefined && !/[ ,\]}]/.test(next)) throw NOT_PLAIN;
    if (token === '-' || (next === undefined && start === this.at)) throw NOT_PLAIN;
    return opening === '"' || opening === "'" ? token.slice(1, -1) : resolved(token);
  }

  private match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) throw NOT_PLAIN;
    this.at = pattern.lastIndex;
    return match;
  }
}
