export type { BackingServer, BackingServerKind } from './servers/backing-server';
export { SetupProblem } from './servers/backing-server';
export { dropDatabase, ensureDatabase } from './servers/databases';
export type { BackingServers, BackingServersOptions } from './servers/start-backing-servers';
export { startBackingServers } from './servers/start-backing-servers';
