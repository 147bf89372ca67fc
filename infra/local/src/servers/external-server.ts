import { type BackingServer, type BackingServerKind, SetupProblem } from './backing-server';
import { probeServer } from './probe-server';

/** A server whose address was given in the environment: used, checked, never started or stopped by us. */
export async function externalServer(kind: BackingServerKind, url: string, variable: string): Promise<BackingServer> {
  try {
    await probeServer(kind, url);
  } catch (error) {
    const reason = error instanceof Error && error.message ? error.message : String(error);
    throw new SetupProblem(
      `${variable} is set, but no ${kind} server answers there: ${reason}. Correct it, or unset it to let the gateway start its own.`,
    );
  }
  const notOurs = (): never => {
    throw new Error(`the ${kind} server comes from ${variable} and is not ours to control`);
  };
  return {
    kind,
    url,
    origin: variable,
    pid: undefined,
    start: async () => undefined,
    stop: async () => undefined,
    kill: async () => notOurs(),
    restart: async () => notOurs(),
    signal: notOurs,
  };
}
