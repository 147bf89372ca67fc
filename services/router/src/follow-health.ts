import { setImmediate } from 'node:timers/promises';
import type { Bus } from '@gateway/bus';
import type { GatewaySnapshot } from '@gateway/config';
import { type CircuitHold, type CircuitReport, type CircuitsReport, decodeOutcomeBatch } from '@gateway/contracts';
import { LiveBoard, type TroubledCircuit } from '@gateway/routing';
import type { ServiceContext } from '@gateway/service-kit';
import { createCircuitObserver } from './observe-circuits';

/** How late a circuit that only time changes is told of. */
const TICK_MS = 250;

export interface FollowedHealth {
  readonly board: LiveBoard;
  /** Makes what `configure` needs of a configuration that may come into force; it hears nothing yet. */
  foresee(snapshot: GatewaySnapshot): Promise<void>;
  configure(snapshot: GatewaySnapshot): void;
  stop(): Promise<void>;
}

/** Keeps the board of deployments by what workers tell and people say, and tells edges of circuits when they ask. */
export async function followHealth(
  { metrics, logger, instanceId }: ServiceContext<'router'>,
  bus: Bus,
  queue: string,
): Promise<FollowedHealth> {
  const observe = createCircuitObserver(metrics, logger);
  const board = new LiveBoard(observe.changed);
  const nowMs = (): number => performance.now();
  const stopHearing = bus.subscribe(bus.subjects.outcomeAny, (bytes) => board.take(decodeOutcomeBatch(bytes), nowMs()));
  const holds = await bus.keyValue(bus.subjects.circuitsBucket);
  const stopWatching = await holds.watch('>', ({ key, bytes }) => {
    const hold = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as CircuitHold);
    const forMs = hold?.untilUnixMs === undefined ? Number.POSITIVE_INFINITY : hold.untilUnixMs - Date.now();
    board.hold(key, hold && { hold, forMs }, nowMs());
  });
  const stopAnswering = bus.answer(bus.subjects.circuits, queue, () => {
    const circuits = board.troubles(nowMs()).map(reportOf);
    return Buffer.from(JSON.stringify({ router: instanceId, circuits } satisfies CircuitsReport));
  });
  const ticking = setInterval(() => board.tick(nowMs()), TICK_MS).unref();
  return {
    board,
    async foresee({ deployments, routing }) {
      for (const _turn of board.foresee(deployments, routing)) await setImmediate();
    },
    configure({ deployments, routing }) {
      observe.configured(deployments);
      board.configure(deployments, routing);
    },
    async stop() {
      clearInterval(ticking);
      stopHearing();
      stopWatching();
      await stopAnswering();
    },
  };
}

function reportOf({ deployment, state, reason, sinceMs, untilMs, hold }: TroubledCircuit): CircuitReport {
  const unixMs = (ms: number): number => Math.round(Date.now() + ms - performance.now());
  return {
    deployment,
    state,
    reason,
    ...(Number.isFinite(sinceMs) && { sinceUnixMs: unixMs(sinceMs) }),
    ...(untilMs !== null && { untilUnixMs: unixMs(untilMs) }),
    ...(hold && { hold, sinceUnixMs: hold.sinceUnixMs }),
  };
}
