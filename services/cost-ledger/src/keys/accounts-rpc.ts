import {
  AccountsDefinition,
  type DeleteKeysReply,
  type DeleteKeysRequest,
  type GenerateKeyReply,
  type GenerateKeyRequest,
  type GetKeyRequest,
  type VirtualKey,
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
import type { Logger } from '@gateway/telemetry';
import type { KeyMirrorWriter } from './key-mirror-writer';
import { hashKey, isKeyHash, nameOfKey, newKey } from './key-secret';
import type { KeyStore } from './key-store';
import { readGenerateRequest } from './read-generate-request';
import type { RevocationOutbox } from './revocation-outbox';
import { messageFromRow, mirrorFromRow, type VirtualKeyRow } from './virtual-key-row';

export interface AccountsParts {
  readonly keys: KeyStore;
  readonly mirror: Pick<KeyMirrorWriter, 'write'>;
  readonly revocations: Pick<RevocationOutbox, 'announce'>;
  readonly logger: Logger;
}

const MOST_KEYS_AT_ONCE = 1_000;

/** gRPC `Accounts`: virtual keys. PostgreSQL decides; Redis and the edges only follow. */
export class AccountsRpc implements GrpcImplementation<typeof AccountsDefinition> {
  constructor(private readonly parts: AccountsParts) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(AccountsDefinition, this, INTERNAL_CALLERS);
  }

  /** The reply is the only place where the plain key ever appears. */
  async generateKey(request: GenerateKeyRequest): Promise<GenerateKeyReply> {
    const wanted = readGenerateRequest(request);
    const key = wanted.key ?? newKey();
    const row = await answeringFaults(() => this.insert({ ...wanted, keyHash: hashKey(key), keyName: nameOfKey(key) }));
    await this.mirror(row);
    return { key, info: messageFromRow(row) };
  }

  async getKey({ keyHash }: GetKeyRequest): Promise<VirtualKey> {
    const row = isKeyHash(keyHash) ? await answeringFaults(() => this.parts.keys.find(keyHash)) : null;
    if (row === null) throw new GrpcFault('NOT_FOUND', 'there is no such key');
    await this.mirror(row);
    return messageFromRow(row);
  }

  /** Revokes for good: a revoked key never comes back. Replies with those that were valid until now. */
  async deleteKeys({ keyHashes, keyAliases }: DeleteKeysRequest): Promise<DeleteKeysReply> {
    if (keyHashes.length + keyAliases.length > MOST_KEYS_AT_ONCE) {
      throw new GrpcFault('INVALID_ARGUMENT', `at most ${MOST_KEYS_AT_ONCE} keys can be deleted at once`, 'keys');
    }
    const hashes = keyHashes.filter(isKeyHash);
    const aliases = keyAliases.filter((alias) => !alias.includes('\0'));
    const revoked = await answeringFaults(() => this.parts.keys.revoke(hashes, aliases));
    await this.parts.revocations.announce(revoked);
    return { deleted: revoked.map(messageFromRow) };
  }

  private async insert(key: Parameters<KeyStore['insert']>[0]): Promise<VirtualKeyRow> {
    try {
      return await this.parts.keys.insert(key);
    } catch (error) {
      if (!isDatabaseFault(error) || error.kind !== 'conflict') throw error;
      if (error.constraint === 'virtual_key_live_alias') {
        throw new GrpcFault('ALREADY_EXISTS', `there already is a key with the alias "${key.keyAlias}"`, 'key_alias');
      }
      throw new GrpcFault('ALREADY_EXISTS', 'this key exists already or was revoked', 'key');
    }
  }

  /** The mirror spares the edge a call; without it the edge asks us again. */
  private async mirror(row: VirtualKeyRow): Promise<void> {
    await this.parts.mirror.write(mirrorFromRow(row)).catch((error: unknown) => {
      this.parts.logger.debug({ error, key_name: row.key_name }, 'key not mirrored to Redis');
    });
  }
}
