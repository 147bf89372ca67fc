import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { type ConfigPath, type ConfigProblem, formatPath } from './config-problem';
import { readPlainJson } from './plain-json';
import { readPlainYaml } from './plain-yaml';

export const LARGEST_FILE_BYTES = 16 * 1024 * 1024;

/** Uses of one anchor, multiplied along nested anchors: enough for a thousand deployments that share defaults. */
const MOST_ALIAS_USES = 10_000;

/** A parsed YAML file that still knows where everything stands. */
export interface YamlSource {
  readonly value: unknown;
  /** A problem with the value at the path; with the nearest enclosing one when nothing is there. */
  problemAt(path: ConfigPath, message: string): ConfigProblem;
  /** A problem with the key that the path ends in. */
  problemAtKey(path: ConfigPath, message: string): ConfigProblem;
}

export type ReadYaml =
  | { readonly ok: true; readonly source: YamlSource }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Parses one YAML 1.2 document, with merge keys (`<<`), without custom tags, bounded in size and in alias expansion. */
export function readYaml(text: string, file: string, mostBytes = LARGEST_FILE_BYTES): ReadYaml {
  const start = { file, line: 1, column: 1, path: '' };
  if (Buffer.byteLength(text) > mostBytes) {
    return { ok: false, problems: [{ ...start, message: `is larger than ${mostBytes} bytes` }] };
  }
  const plain = readPlainJson(text) ?? readPlainYaml(text);
  return plain ? { ok: true, source: new LatelyPositionedYaml(plain.value, text, file) } : readPositioned(text, file);
}

function readPositioned(text: string, file: string): ReadYaml {
  const start = { file, line: 1, column: 1, path: '' };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'silent' });
  const problems = [...document.errors, ...document.warnings].map((error): ConfigProblem => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { file, line, column: col, path: '', message: `is not valid YAML: ${firstLine(error.message)}` };
  });
  if (problems.length > 0) return { ok: false, problems };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIAS_USES });
    return { ok: true, source: new PositionedYaml(value, document, { file, lines }) };
  } catch (error) {
    const reason = error instanceof Error ? firstLine(error.message) : String(error);
    return { ok: false, problems: [{ ...start, message: `cannot be read: ${reason}` }] };
  }
}

/** Looks for places only when one is asked for: most files are good. */
class LatelyPositionedYaml implements YamlSource {
  private positioned: YamlSource | null = null;

  constructor(
    readonly value: unknown,
    private readonly text: string,
    private readonly file: string,
  ) {}

  problemAt(path: ConfigPath, message: string): ConfigProblem {
    return this.withPlaces().problemAt(path, message);
  }

  problemAtKey(path: ConfigPath, message: string): ConfigProblem {
    return this.withPlaces().problemAtKey(path, message);
  }

  private withPlaces(): YamlSource {
    if (this.positioned !== null) return this.positioned;
    const read = readPositioned(this.text, this.file);
    if (!read.ok) throw new Error('what was read as plain YAML is none'); // the plain reader gives only what the library gives
    this.positioned = read.source;
    return this.positioned;
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

class PositionedYaml implements YamlSource {
  constructor(
    readonly value: unknown,
    private readonly document: Document,
    private readonly place: { readonly file: string; readonly lines: LineCounter },
  ) {}

  problemAt(path: ConfigPath, message: string): ConfigProblem {
    return this.toProblem(this.find(path).valueOffset, path, message);
  }

  problemAtKey(path: ConfigPath, message: string): ConfigProblem {
    return this.toProblem(this.find(path).keyOffset, path, message);
  }

  private toProblem(offset: number, path: ConfigPath, message: string): ConfigProblem {
    const { line, col } = this.place.lines.linePos(offset);
    return {
      file: this.place.file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      path: formatPath(path),
      message,
    };
  }

  /** Walks as far as the document goes; what is missing is at its parent, named by the parent's key. */
  private find(path: ConfigPath): { keyOffset: number; valueOffset: number } {
    let node = this.resolve(this.document.contents);
    let keyOffset = node?.range?.[0] ?? 0;
    let valueOffset = keyOffset;
    for (const step of path) {
      if (isSeq(node) && typeof step === 'number') {
        const item = node.items[step] as Node | undefined;
        if (item === undefined) break;
        keyOffset = valueOffset = item.range?.[0] ?? valueOffset;
        node = this.resolve(item);
        continue;
      }
      if (typeof step === 'number') continue; // one value where a list may stand: it is its own first item
      const pair = this.pairOf(node, step);
      if (!pair) return { keyOffset, valueOffset: keyOffset };
      keyOffset = (pair.key as Node | null)?.range?.[0] ?? keyOffset;
      valueOffset = (pair.value as Node | null)?.range?.[0] ?? keyOffset;
      node = this.resolve(pair.value as Node | null);
    }
    return { keyOffset, valueOffset };
  }

  private resolve(node: Node | null | undefined): Node | null {
    return (isAlias(node) ? node.resolve(this.document) : node) ?? null;
  }

  /** The mapping's own pair, else the one a merge key brings in. */
  private pairOf(node: Node | null, key: string): Pair | undefined {
    if (!isMap(node)) return undefined;
    const own = node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
    if (own) return own;
    for (const pair of node.items) {
      if (!isScalar(pair.key) || !isMergeKey(pair.key.value)) continue;
      const merged = this.resolve(pair.value as Node | null);
      const sources = isSeq(merged) ? (merged.items as Node[]).map((item) => this.resolve(item)) : [merged];
      for (const source of sources) {
        const inherited = this.pairOf(source, key);
        if (inherited) return inherited;
      }
    }
    return undefined;
  }
}

/** The library holds a parsed merge key as a symbol of its own. */
function isMergeKey(value: unknown): boolean {
  return typeof value === 'symbol' && value.description === '<<';
}
