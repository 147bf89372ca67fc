const PLACEHOLDER = /\{([A-Z][A-Z0-9_]*)\}/g;
/** What may stand in a host name or a segment of a path without leaving its place. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export type CompletedBaseUrl =
  | { readonly ok: true; readonly baseUrl: string }
  /** `reason` is for people: it holds no value. */
  | { readonly ok: false; readonly reason: string };

/** A provider's own base URL with its placeholders (`{CLOUDFLARE_ACCOUNT_ID}`) filled from these variables. */
export function completeBaseUrl(
  template: string,
  environment: Readonly<Record<string, string | undefined>>,
): CompletedBaseUrl {
  const names = [...template.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? []);
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) return { ok: false, reason: `api_base or ${missing.join(' and ')} is not set` };
  const unsafe = names.find((name) => !SAFE.test(environment[name] ?? ''));
  if (unsafe !== undefined) return { ok: false, reason: `${unsafe} cannot be part of a URL` };
  return { ok: true, baseUrl: template.replace(PLACEHOLDER, (_match, name: string) => environment[name] ?? '') };
}
