import type { ObjectStore } from 'nats';

/** Bodies above this size travel through the object store, below it inside the envelope (NATS takes 1 MB a message). */
export const INLINE_BODY_BYTES = 512 * 1024;

/** Request bodies too large for a message. */
export class BodyStore {
  constructor(private readonly open: () => Promise<ObjectStore>) {}

  async put(name: string, body: Uint8Array): Promise<void> {
    await (await this.open()).putBlob({ name }, body);
  }

  /** Null when it ran out or was removed. */
  async get(name: string): Promise<Uint8Array | null> {
    return (await this.open()).getBlob(name);
  }

  async remove(name: string): Promise<void> {
    await (await this.open()).delete(name);
  }
}
