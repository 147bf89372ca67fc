import { VersionShelf } from '@gateway/service-kit';
import type { ServedDeployments } from './served-deployments';

/** Deployments of versions before the present one, in all of them together. */
const MOST_REPLACED = 100_000;
const NOTHING: ServedDeployments = { version: '', byId: new Map(), unavailable: {} };

interface Served {
  readonly served: ServedDeployments;
  readonly keepMs: number;
}

/**
 * What this worker serves, by configuration version. Requests under way were routed by the version before, or by the next
 * where their router was quicker, and are served by that one: an id may stand for something else there.
 */
export class ServedVersions {
  private readonly shelf: VersionShelf<Served>;

  constructor(nowMs: () => number = () => performance.now()) {
    this.shelf = new VersionShelf<Served>({
      keepMs: ({ keepMs }) => keepMs,
      sizeOf: ({ served }) => served.byId.size,
      mostKept: MOST_REPLACED,
      nowMs,
    });
  }

  get present(): ServedDeployments {
    return this.shelf.current?.served ?? NOTHING;
  }

  /** Of this version where it is known, else the present ones. */
  of(version: string): ServedDeployments {
    return this.shelf.of(version)?.served ?? this.present;
  }

  prepare(served: ServedDeployments): void {
    this.shelf.prepare(served.version, { served, keepMs: 0 });
  }

  /** From now on; the one before stays for `keepMs` of it. */
  use(served: ServedDeployments, keepMs: number): void {
    this.shelf.use(served.version, { served, keepMs });
  }
}
