/**
 * Field names whose value is never written, whatever it looks like. Compared without case, `-`, `_`, `.` and spaces.
 */
const EXACT: ReadonlySet<string> = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'credential',
  'credentials',
  'token',
  'auth',
]);

const ENDINGS = [
  'apikey',
  'secret',
  'secretkey',
  'secretaccesskey',
  'privatekey',
  'masterkey',
  'encryptionkey',
  'password',
  'passwd',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'authtoken',
  'sessiontoken',
  'securitytoken',
] as const;

const known = new Map<string, boolean>();
const MAX_KNOWN = 2_000;

/** True when a field of this name holds a credential. */
export function isSecretName(name: string): boolean {
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const secret = EXACT.has(plain) || ENDINGS.some((ending) => plain.endsWith(ending));
  // Names come from code and are few; the cap is for a caller that logs a map keyed by user input.
  if (known.size < MAX_KNOWN) known.set(name, secret);
  return secret;
}
