import type { ConfigPath, ConfigProblem } from './config-problem';
import type { YamlSource } from './yaml-source';

/** Collects what is wrong and what is noteworthy while a configuration is read. */
export class ConfigFindings {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];

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
}
