import { cleanText } from './clean-text';

/** Field names whose value is never written, whatever it looks like. Compared by their letters and digits only. */
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

export interface FieldName {
  /** The name as it may be written: it can itself be, or hold, a secret. */
  readonly shown: string;
  /** True when a field of this name holds a credential. */
  readonly isSecret: boolean;
}

const judged = new Map<string, FieldName>();
const MAX_JUDGED = 2_000;

/** What to do with a field of this name. Remembered: names come from code and are few. */
export function judgeFieldName(name: string): FieldName {
  const remembered = judged.get(name);
  if (remembered !== undefined) return remembered;
  const shown = cleanText(name);
  const verdict = { shown, isSecret: soundsSecret(name) || soundsSecret(shown) };
  // The cap is for a caller that logs a map keyed by user input.
  if (judged.size < MAX_JUDGED) judged.set(name, verdict);
  return verdict;
}

function soundsSecret(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return EXACT.has(plain) || ENDINGS.some((ending) => plain.endsWith(ending));
}
