import type { ConfigPath, ConfigProblem } from '../config-problem';
import { isMapping, type Mapping } from '../set-aside-unbuilt';
import type { YamlSource } from '../yaml-source';

interface Part {
  readonly source: YamlSource;
  readonly value: Mapping;
}

/** Where a section comes from: a list from several files one after another, a mapping key by key. */
interface Origin {
  readonly source: YamlSource;
  readonly segments: { readonly source: YamlSource; readonly start: number }[];
  readonly keys: Map<string, YamlSource>;
}

/** Several files as one, which still knows where everything stands. */
export class MergedYaml implements YamlSource {
  readonly value: Mapping;
  private readonly origins = new Map<string, Origin>();
  private readonly first: YamlSource;

  constructor(parts: readonly Part[]) {
    const [first] = parts;
    if (!first) throw new Error('there is no file to merge');
    this.first = first.source;
    const merged: Record<string, unknown> = {};
    for (const { source, value } of parts) {
      for (const [name, section] of Object.entries(value))
        merged[name] = this.merge(name, merged[name], { source, section });
    }
    this.value = merged;
  }

  problemAt(path: ConfigPath, message: string): ConfigProblem {
    const { source, local } = this.locate(path);
    return source.problemAt(local, message);
  }

  problemAtKey(path: ConfigPath, message: string): ConfigProblem {
    const { source, local } = this.locate(path);
    return source.problemAtKey(local, message);
  }

  private merge(name: string, before: unknown, { source, section }: { source: YamlSource; section: unknown }): unknown {
    const origin = this.origins.get(name);
    if (origin && Array.isArray(before) && Array.isArray(section)) {
      origin.segments.push({ source, start: before.length });
      return [...(before as unknown[]), ...(section as unknown[])];
    }
    if (origin && isMapping(before) && isMapping(section)) {
      for (const key of Object.keys(section)) origin.keys.set(key, source);
      return { ...before, ...section };
    }
    this.origins.set(name, { source, segments: [{ source, start: 0 }], keys: new Map() });
    return section;
  }

  /** The file that a path leads into, and the path there. */
  private locate(path: ConfigPath): { readonly source: YamlSource; readonly local: ConfigPath } {
    const [name, step, ...rest] = path;
    const origin = this.origins.get(String(name));
    if (name === undefined || !origin) return { source: this.first, local: path };
    if (typeof step === 'number') {
      const segment = origin.segments.findLast(({ start }) => start <= step);
      if (segment) return { source: segment.source, local: [name, step - segment.start, ...rest] };
    }
    return { source: origin.keys.get(String(step)) ?? origin.source, local: path };
  }
}
