import type { GatewaySnapshot } from '@gateway/config';

/** A log line is to be read: the first of many names, and how many there are. */
const NAMES_AT_MOST = 50;

/** What an operator wants to see when a configuration comes into force: the version, how requests are routed, and to whom. */
export function describeSnapshot({ version, source, routing, deployments, aliases }: GatewaySnapshot) {
  const groups = [...new Set(deployments.map(({ modelGroup }) => modelGroup))];
  return {
    config_version: version,
    source,
    strategy: routing.strategy,
    model_groups: groups.slice(0, NAMES_AT_MOST),
    routes: groups.length + Object.keys(aliases).length,
    providers: [...new Set(deployments.map(({ provider }) => provider))],
    deployments: deployments.length,
  };
}
