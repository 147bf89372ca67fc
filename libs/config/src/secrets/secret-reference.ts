import { isVariableName } from './environment-reference';

/** Where secrets are kept, by the word that references begin with; `os.file` is files that are mounted. */
export const SECRET_KEEPERS = ['aws_secret_manager', 'hashicorp_vault', 'google_secret_manager', 'os.file'] as const;
export type SecretKeeper = (typeof SECRET_KEEPERS)[number];

/** Where a secret stands that is not written out. It holds no secret itself, so that it may travel and be shown. */
export type SecretReference =
  | { readonly kind: 'variable'; readonly name: string }
  | {
      readonly kind: 'kept';
      readonly keeper: SecretKeeper;
      /** What the keeper knows it by: a name, an ARN, a path. */
      readonly name: string;
      /** Of the JSON object that is kept there; null for the whole text. */
      readonly field: string | null;
    };

export type ReferenceReading =
  | { readonly kind: 'reference'; readonly reference: SecretReference }
  /** Meant as a reference, and wrong; `fault` goes on after "must". */
  | { readonly kind: 'malformed'; readonly fault: string }
  | { readonly kind: 'text' };

const TEXT: ReferenceReading = { kind: 'text' };
const FIELD = /^[A-Za-z0-9_.-]{1,128}$/;
/** What Vault's own clients and LiteLLM keep a single secret under. */
const VAULT_FIELD = 'key';

interface NameRule {
  readonly isName: (name: string) => boolean;
  readonly fault: string;
}

const NAME_RULES: Readonly<Record<SecretKeeper, NameRule>> = {
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html: a name or an ARN
  aws_secret_manager: {
    isName: (name) => /^[A-Za-z0-9/_+=.@:-]{1,2048}$/.test(name),
    fault: 'name a secret of AWS Secrets Manager: aws_secret_manager/NAME, or NAME#FIELD of a JSON object',
  },
  hashicorp_vault: {
    isName: (name) => /^[A-Za-z0-9_.@+=-]+(\/[A-Za-z0-9_.@+=-]+)*$/.test(name) && hasNoDots(name) && name.length <= 512,
    fault: 'name a secret of HashiCorp Vault: hashicorp_vault/PATH, or PATH#FIELD where the field is not `key`',
  },
  // https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
  google_secret_manager: {
    isName: (name) =>
      /^(projects\/[A-Za-z0-9.:-]{1,63}\/secrets\/)?[A-Za-z0-9_-]{1,255}(\/versions\/[A-Za-z0-9_-]{1,63})?$/.test(name),
    fault:
      'name a secret of Google Secret Manager: google_secret_manager/NAME, NAME/versions/N or projects/PROJECT/secrets/NAME, with #FIELD of a JSON object',
  },
  'os.file': {
    isName: (name) => /^\/[^\p{Cc}]{1,1023}$/u.test(name) && hasNoDots(name) && !name.endsWith('/'),
    fault: 'name a file by its whole path: os.file//run/secrets/NAME, with #FIELD of a JSON object',
  },
};

/** What a value of the configuration is: a reference, one with a mistake, or the text itself. */
export function readSecretReference(value: string): ReferenceReading {
  const slash = value.indexOf('/');
  if (slash < 0) return TEXT;
  const word = value.slice(0, slash);
  const rest = value.slice(slash + 1);
  if (word === 'os.environ') {
    if (isVariableName(rest)) return { kind: 'reference', reference: { kind: 'variable', name: rest } };
    return { kind: 'malformed', fault: 'name an environment variable after os.environ/' };
  }
  return isKeeper(word) ? readKept(word, rest) : TEXT;
}

/** Whether a value is no secret itself, but says where one is; also when it is malformed. */
export function isSecretReference(value: string): boolean {
  return readSecretReference(value).kind !== 'text';
}

/** What a reference to a secret with this name and field is written like. */
export function formatSecretReference(reference: SecretReference): string {
  if (reference.kind === 'variable') return `os.environ/${reference.name}`;
  const { keeper, name, field } = reference;
  return `${keeper}/${name}${field === null ? '' : `#${field}`}`;
}

function isKeeper(word: string): word is SecretKeeper {
  return (SECRET_KEEPERS as readonly string[]).includes(word);
}

function readKept(keeper: SecretKeeper, rest: string): ReferenceReading {
  const { isName, fault } = NAME_RULES[keeper];
  const hash = rest.lastIndexOf('#');
  const name = hash < 0 ? rest : rest.slice(0, hash);
  const field = hash < 0 ? (keeper === 'hashicorp_vault' ? VAULT_FIELD : null) : rest.slice(hash + 1);
  if (!isName(name) || (field !== null && !FIELD.test(field))) return { kind: 'malformed', fault };
  return { kind: 'reference', reference: { kind: 'kept', keeper, name, field } };
}

/** No way up: what a reference names is where it says. */
function hasNoDots(path: string): boolean {
  return path.split('/').every((part) => part !== '.' && part !== '..');
}
