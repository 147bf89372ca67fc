import type { NameMatch } from './price-seed';

/** Whether the rule recognises the model name. `lowerName` is already in lower case. */
export function matchesName(match: NameMatch, lowerName: string): boolean {
  if ('equals' in match) return lowerName === match.equals.toLowerCase();
  if ('starts_with' in match) return lowerName.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return lowerName.endsWith(match.ends_with.toLowerCase());
  if ('contains' in match) return lowerName.includes(match.contains.toLowerCase());
  if ('regex' in match) return new RegExp(match.regex).test(lowerName);
  if ('or' in match) return match.or.some((part) => matchesName(part, lowerName));
  return match.and.every((part) => matchesName(part, lowerName));
}
