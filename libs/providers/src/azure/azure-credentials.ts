import type { ProviderTarget } from '@gateway/provider-kit';

/** What a call is signed with where there is no key. */
export function azureToken({ apiKey, token }: ProviderTarget): string | null {
  return apiKey === null ? (token?.current() ?? null) : null;
}

export function azureCredentials(apiKey: string | null, token: string | null): Record<string, string> {
  if (apiKey !== null) return { 'api-key': apiKey };
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
