import {
  type Credential,
  CredentialsDefinition,
  type CredentialWrite,
  type GetCredentialRequest,
  type ListCredentialsReply,
} from '@gateway/contracts';
import {
  answeringFaults,
  bindGrpc,
  GrpcFault,
  type GrpcImplementation,
  type GrpcServiceBinding,
  INTERNAL_CALLERS,
} from '@gateway/service-kit';
import { isDatabaseFault } from '@gateway/storage';
import type { CredentialStore, StoredCredential } from './credential-store';
import { maskValues } from './mask-values';
import { checkCredentialWrite } from './read-credential-write';

export interface CredentialsParts {
  /** Null where this service has no database or no key to encrypt with. */
  readonly store: CredentialStore | null;
  /** The deployments of the present configuration that name this credential. */
  usersOf(name: string): readonly string[];
  /** Publishes the configuration with the credentials as they are now, or later when that cannot be done now. */
  republish(): Promise<void>;
}

const NO_STORE =
  'Credentials cannot be stored: config-sync needs LLM_GATEWAY_DATABASE_URL and LLM_GATEWAY_ENCRYPTION_KEY for that.';

/** gRPC `Credentials`: named provider credentials, kept encrypted; plain values go in and never come out. */
export class CredentialsRpc implements GrpcImplementation<typeof CredentialsDefinition> {
  constructor(private readonly parts: CredentialsParts) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(CredentialsDefinition, this, INTERNAL_CALLERS);
  }

  async createCredential(request: CredentialWrite): Promise<Credential> {
    checkCredentialWrite(request);
    const values = withoutEmpty(request.values);
    const made = await this.asking(async (store) => {
      try {
        return await store.insert({ name: request.name, values, infoJson: request.infoJson || '{}' }, request.actor);
      } catch (error) {
        if (!isDatabaseFault(error) || error.kind !== 'conflict') throw error;
        throw new GrpcFault('ALREADY_EXISTS', `There already is a credential '${request.name}'.`, 'credential_name');
      }
    });
    await this.parts.republish();
    return asMessage(made);
  }

  async updateCredential(request: CredentialWrite): Promise<Credential> {
    checkCredentialWrite(request);
    const changed = await this.asking(async (store) => {
      const before = await existing(store, request.name);
      const values = withoutEmpty({ ...before.values, ...request.values });
      const content = { values, infoJson: request.infoJson || before.infoJson };
      const after = await store.replace(before, content, request.actor);
      if (!after) throw new GrpcFault('ABORTED', `The credential '${request.name}' was changed meanwhile. Try again.`);
      return after;
    });
    await this.parts.republish();
    return asMessage(changed);
  }

  async listCredentials(): Promise<ListCredentialsReply> {
    return { credentials: (await this.asking((store) => store.list())).map(asMessage) };
  }

  async getCredential({ name }: GetCredentialRequest): Promise<Credential> {
    return asMessage(await this.asking((store) => existing(store, name)));
  }

  async deleteCredential({ name, actor }: GetCredentialRequest): Promise<Credential> {
    const users = this.parts.usersOf(name);
    if (users.length > 0) {
      const list = users.slice(0, 5).join(', ');
      throw new GrpcFault(
        'FAILED_PRECONDITION',
        `The credential '${name}' is used by ${list}; take it out of the configuration first.`,
        'credential_name',
      );
    }
    return asMessage((await this.asking((store) => store.remove(name, actor))) ?? missing(name));
  }

  private async asking<Result>(work: (store: CredentialStore) => Promise<Result>): Promise<Result> {
    const { store } = this.parts;
    if (store === null) throw new GrpcFault('FAILED_PRECONDITION', NO_STORE);
    return answeringFaults(() => work(store));
  }
}

async function existing(store: CredentialStore, name: string): Promise<StoredCredential> {
  return (await store.find(name)) ?? missing(name);
}

function missing(name: string): never {
  throw new GrpcFault('NOT_FOUND', `There is no credential '${name.slice(0, 200)}'.`, 'credential_name');
}

/** An empty value is how a value is taken out. */
function withoutEmpty(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/** Values that no key at hand opens are shown by nothing. */
function asMessage(credential: StoredCredential): Credential {
  return {
    name: credential.name,
    maskedValues: maskValues(credential.values ?? {}),
    infoJson: credential.infoJson,
    createdAtUnixMs: credential.createdAtUnixMs,
    updatedAtUnixMs: credential.updatedAtUnixMs,
  };
}
