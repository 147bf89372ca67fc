import { type ConfigPath, type ConfigProblem, formatPath } from './config-problem';
import type { YamlSource } from './yaml-source';

/** Lines named of a key that is used in many places. */
const MOST_LINES = 3;

/** Collects what is wrong and what is noteworthy while a configuration is read. */
export class ConfigFindings {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];
  private readonly unbuilt: ConfigPath[] = [];

  constructor(private readonly source: YamlSource) {}

  refuse(path: ConfigPath, message: string): void {
    this.problems.push(this.source.problemAt(path, message));
  }

  refuseKey(path: ConfigPath, message: string): void {
    this.problems.push(this.source.problemAtKey(path, message));
  }

  warn(path: ConfigPath, message: string): void {
    this.warnings.push(this.source.problemAtKey(path, message));
  }

  /** A setting that is accepted and has no effect: all of them become one warning. */
  noteUnbuilt(path: ConfigPath): void {
    this.unbuilt.push(path);
  }

  /** Says which settings have no effect, each with the lines it stands on. */
  warnOfUnbuilt(): void {
    if (this.unbuilt.length === 0) return;
    const places = new Map<string, ConfigPath[]>();
    for (const path of this.unbuilt) {
      const name = formatPath(path).replace(/\[\d+\]/g, '[]');
      const known = places.get(name);
      if (known) known.push(path);
      else places.set(name, [path]);
    }
    const list = [...places].map(([name, paths]) => `${name} (${this.linesOf(paths)})`).join(', ');
    this.warn([], `uses settings of LiteLLM that have no effect in this version: ${list}`);
  }

  /** `lines 3, 4`, with the file before them where it is not the one the configuration begins with. */
  private linesOf(paths: readonly ConfigPath[]): string {
    const { file: main } = this.source.problemAt([], '');
    const places = paths.slice(0, MOST_LINES).map((path) => this.source.problemAtKey(path, ''));
    const [first] = places;
    const others = first && first.file !== main ? `${first.file}, ` : '';
    const more = paths.length > MOST_LINES ? ` and ${paths.length - MOST_LINES} more` : '';
    return `${others}line${paths.length > 1 ? 's' : ''} ${places.map(({ line }) => line).join(', ')}${more}`;
  }
}
