import { isPortFree } from '../process/free-port';
import { describePortOwner } from '../process/port-owner';
import { SetupProblem } from '../servers/backing-server';

/** @throws SetupProblem that says who has the port, if that can be known, and what to do. */
export async function assertPortFree(port: number, host: string): Promise<void> {
  if (await isPortFree(port, host)) return;
  const owner = describePortOwner(port);
  const who = owner === undefined ? 'another process' : owner;
  throw new SetupProblem(
    `port ${port} on ${host} is taken by ${who}. Stop it, or choose another port: LLM_GATEWAY_PORT=${port + 1} make up`,
  );
}
