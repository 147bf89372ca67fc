import type { Principal } from '@gateway/domain';

/** A key without a list may use everything; entries are model names, or prefixes that end in `*`. */
export function mayUseModel(principal: Principal, model: string): boolean {
  const { allowedModels } = principal;
  if (principal.isMaster || allowedModels.length === 0) return true;
  return allowedModels.some((allowed) =>
    allowed.endsWith('*') ? model.startsWith(allowed.slice(0, -1)) : allowed === model,
  );
}
