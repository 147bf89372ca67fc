import type { Fault, FaultMatch } from './fault';
import { parseModelFaults } from './parse-model-faults';

interface StandingRule {
  readonly match: FaultMatch;
  readonly fault: Fault;
  seen: number;
}

/** Decides which fault a request meets: the suffixes of its model name, over the first standing rule that fits. */
export class FaultBoard {
  private rules: StandingRule[] = [];
  private readonly suffixUses = new Map<string, number>();

  add(match: FaultMatch, fault: Fault): void {
    this.rules.push({ match, fault, seen: 0 });
  }

  list(): readonly { match: FaultMatch; fault: Fault; seen: number }[] {
    return this.rules.map((rule) => ({ ...rule }));
  }

  clear(): void {
    this.rules = [];
    this.suffixUses.clear();
  }

  /** Counts the request against every rule that matches its model. */
  take(modelName: string): Fault {
    return { ...this.takeStanding(modelName), ...this.takeSuffixes(modelName) };
  }

  private takeStanding(modelName: string): Fault {
    let taken: Fault | undefined;
    for (const rule of this.rules) {
      if (!matchesModel(rule.match.model, modelName)) continue;
      rule.seen += 1;
      const first = rule.match.nth ?? 1;
      const last = first + (rule.match.times ?? Number.POSITIVE_INFINITY) - 1;
      if (rule.seen >= first && rule.seen <= last) taken ??= rule.fault;
    }
    return taken ?? {};
  }

  private takeSuffixes(modelName: string): Fault {
    const { fault, times } = parseModelFaults(modelName);
    if (times === undefined) return fault;
    const used = this.suffixUses.get(modelName) ?? 0;
    this.suffixUses.set(modelName, used + 1);
    return used < times ? fault : {};
  }
}

function matchesModel(pattern: string | undefined, model: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : model === pattern;
}
