import { type Deployment, nearestName } from '@gateway/domain';

/** A model group as configured: every deployment that answers to one `model_name`. */
export interface ModelGroup {
  /** `model_name`; contains a `*` when the group takes any name of that shape. */
  readonly group: string;
  readonly deployments: readonly Deployment[];
  readonly isWildcard: boolean;
  /** The other names clients may use for it (`model_group_alias`). */
  readonly aliases: readonly string[];
}

/** What a client's model name stands for. */
export interface ResolvedGroup {
  readonly group: string;
  readonly deployments: readonly Deployment[];
  /** What stood in the place of the `*`, when the group is a wildcard. */
  readonly wildcardSuffix?: string;
  /** The name is the id of its one deployment: who may use the group may use it. */
  readonly isDeployment?: true;
}

export interface CatalogSource {
  readonly deployments: readonly Deployment[];
  /** What the client says → model group. */
  readonly aliases: Readonly<Record<string, string>>;
}

interface WildcardGroup {
  readonly resolved: ResolvedGroup;
  readonly before: string;
  readonly after: string;
}

/** Lookup over the deployments of one snapshot. Immutable: a new snapshot gets a new catalogue. */
export class ModelCatalog {
  private readonly exact: ReadonlyMap<string, ResolvedGroup>;
  /** Most specific first: the longest fixed text. */
  private readonly wildcards: readonly WildcardGroup[];
  private readonly aliases: ReadonlyMap<string, string>;
  private readonly byId: ReadonlyMap<string, ResolvedGroup>;
  private readonly deployments: ReadonlyMap<string, Deployment>;
  private readonly all: readonly ModelGroup[];

  constructor(source: CatalogSource) {
    this.aliases = new Map(Object.entries(source.aliases));
    this.all = collectGroups(source);
    this.deployments = new Map(source.deployments.map((one) => [one.id, one]));
    this.byId = new Map(source.deployments.filter(hasOneModel).map((one) => [one.id, toGroup(one)]));
    this.exact = new Map(
      this.all.filter(({ isWildcard }) => !isWildcard).map(({ group, deployments }) => [group, { group, deployments }]),
    );
    this.wildcards = this.all
      .filter(({ isWildcard }) => isWildcard)
      .map(toWildcard)
      .sort((left, right) => fixedLength(right) - fixedLength(left));
  }

  /**
   * Exact name first, then alias, then the id of one deployment (LiteLLM takes those, too), then the most specific
   * wildcard; null when nothing answers to the name.
   */
  resolveGroup(name: string): ResolvedGroup | null {
    const exact = this.exact.get(name);
    if (exact) return exact;
    const target = this.aliases.get(name);
    if (target === undefined) return this.byId.get(name) ?? this.matchWildcard(name);
    return this.exact.get(target) ?? this.matchWildcard(target);
  }

  /** Undefined for one that is not configured (any more). */
  findDeployment(id: string): Deployment | undefined {
    return this.deployments.get(id);
  }

  /** The configured name a client most likely meant, for the 404 message; null when none is near. */
  nearest(name: string): string | null {
    return nearestName(name, [...this.exact.keys(), ...this.aliases.keys()]);
  }

  /** Every group in the order of the configuration, wildcards included. */
  groups(): readonly ModelGroup[] {
    return this.all;
  }

  private matchWildcard(name: string): ResolvedGroup | null {
    for (const { resolved, before, after } of this.wildcards) {
      const fits = name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
      if (!fits) continue;
      return {
        group: resolved.group,
        deployments: resolved.deployments,
        wildcardSuffix: name.slice(before.length, name.length - after.length),
      };
    }
    return null;
  }
}

function collectGroups({ deployments, aliases }: CatalogSource): readonly ModelGroup[] {
  const byName = new Map<string, Deployment[]>();
  for (const deployment of deployments) {
    const members = byName.get(deployment.modelGroup);
    if (members) members.push(deployment);
    else byName.set(deployment.modelGroup, [deployment]);
  }
  const aliasesOf = new Map<string, string[]>();
  for (const [alias, target] of Object.entries(aliases)) {
    const others = aliasesOf.get(target);
    if (others) others.push(alias);
    else aliasesOf.set(target, [alias]);
  }
  return [...byName].map(([group, members]) => ({
    group,
    deployments: members,
    isWildcard: group.includes('*'),
    aliases: aliasesOf.get(group) ?? [],
  }));
}

/** A wildcard's model is what the client writes, and its id leaves no room for that. */
function hasOneModel({ providerModel }: Deployment): boolean {
  return !providerModel.includes('*');
}

function toGroup(deployment: Deployment): ResolvedGroup {
  return { group: deployment.modelGroup, deployments: [deployment], isDeployment: true };
}

/** Only the first `*` is a wildcard; the configuration allows no second one. */
function toWildcard({ group, deployments }: ModelGroup): WildcardGroup {
  const star = group.indexOf('*');
  return { resolved: { group, deployments }, before: group.slice(0, star), after: group.slice(star + 1) };
}

function fixedLength({ before, after }: WildcardGroup): number {
  return before.length + after.length;
}
