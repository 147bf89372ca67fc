import type { PortMemory } from '../process/port-memory';
import type { ProcessGuard } from '../process/process-guard';
import type { Variables } from './service-environment';
import type { ServiceName } from './service-table';
import type { SupervisorEvent } from './supervised-service';

export interface MeshOptions {
  /** Absolute; pid records and what services keep between runs. */
  readonly dataDir: string;
  /** The YAML file for config-sync; absolute. */
  readonly configPath: string;
  readonly servers: { readonly databaseUrl: string; readonly redisUrl: string; readonly natsUrl: string };
  readonly masterKey: string;
  /** 32 bytes in base64. */
  readonly encryptionKey: string;
  /** Of the first edge; further ones take free ports. Default: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Root of NATS subjects and of Redis keys. Default `gw`. */
  readonly namespace?: string;
  /** How many of each; default one. */
  readonly instances?: Readonly<Partial<Record<ServiceName, number>>>;
  /** Whether to run the provider emulators. Default true. */
  readonly emulators?: boolean;
  /** The user's environment. Default: this process's own. */
  readonly userEnvironment?: Variables;
  /** Settings for every service, and for single ones; they win over everything else. */
  readonly extraEnvironment?: Variables;
  readonly extraServiceEnvironment?: Readonly<Partial<Record<ServiceName, Variables>>>;
  /** Default `info`. */
  readonly logLevel?: string;
  /** Start a service again after it died. Default true. */
  readonly restartDead?: boolean;
  /** How long a service may take to finish its streams. Default 10 s. */
  readonly drainTimeoutMs?: number;
  /** Where the services are; default this checkout. For the supervisor's own tests. */
  readonly checkout?: string;
  readonly guard?: ProcessGuard;
  readonly ports?: PortMemory;
  readonly onLogLine?: (instance: string, line: string) => void;
  readonly onEvent?: (event: SupervisorEvent) => void;
  readonly onProgress?: (message: string) => void;
}
