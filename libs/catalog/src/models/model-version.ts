/** Bedrock numbers its own revisions of a model behind the vendor's version. */
const REVISION = /-v\d+(:\d+)?$/;
/** A date, or the shorter numbers that vendors put behind a name: `2024-08-06`, `20250514`, `0613`, `001`. */
const DATED = /[-@:]((?:\d{4}-\d{2}-\d{2})|\d{8}|\d{4}|\d{3})$/;

/**
 * Whether a provider's name of a model is that version of it: the whole name, or what ends it behind a separator. A version
 * has a digit, so that no part of a family's name (`mini`) is one.
 */
export function isOfVersion(providerModel: string, version: string): boolean {
  if (providerModel === version) return true;
  if (!/\d/.test(version)) return false;
  return [providerModel, providerModel.replace(REVISION, '')].some(
    (name) => name.endsWith(version) && /[-@:./]/.test(name.charAt(name.length - version.length - 1)),
  );
}

/** The version in a provider's name of a model; the whole name where it has none. */
export function versionOf(providerModel: string): string {
  return DATED.exec(providerModel.replace(REVISION, ''))?.[1] ?? providerModel;
}
