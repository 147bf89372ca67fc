import type { ModelCatalog } from '@gateway/catalog';
import type { GatewaySnapshot } from '@gateway/config';
import {
  CLIENT_CHAT_WIRES,
  type ClientWire,
  isOperation,
  NATIVE_WIRE,
  OPERATIONS,
  type RoutingSettings,
} from '@gateway/domain';
import { offers, PROVIDERS } from '@gateway/providers';
import { type LiveView, type Plan, type PlanInput, planRoute } from '@gateway/routing';

/** What routing needs of one configuration version, with everything derived from it. Swapped as a whole. */
export interface RoutingState {
  readonly snapshot: GatewaySnapshot;
  readonly catalog: ModelCatalog;
  readonly unavailable: ReadonlyMap<string, string>;
  /** The configuration's, with the winners that have taken all requests of their experiments. */
  readonly settings: RoutingSettings;
}

/** What a decision is asked for. */
export interface RouteQuestion extends Pick<PlanInput, 'summary' | 'keyHash' | 'clientAccess'> {
  readonly wire: ClientWire;
}

/** The decision on one request, as things are now. */
export function decideRoute(state: RoutingState, live: LiveView, question: RouteQuestion): Plan {
  return planRoute({
    catalog: state.catalog,
    settings: state.settings,
    policyVersion: state.snapshot.version,
    summary: question.summary,
    keyHash: question.keyHash,
    unavailable: state.unavailable,
    call: CALLS[question.wire],
    clientAccess: question.clientAccess,
    live,
    nowUnixMs: Date.now(),
    random: Math.random,
  });
}

/** By client wire: whose deployments can serve it. A provider nobody knows is the worker's to name. */
const CALLS = Object.fromEntries(
  [...CLIENT_CHAT_WIRES, NATIVE_WIRE, ...OPERATIONS].map((wire): [ClientWire, PlanInput['call']] => [
    wire,
    {
      name: isOperation(wire) ? wire : 'chat',
      isOfferedBy: ({ provider, providerModel }) => {
        const entry = PROVIDERS.find(provider);
        return entry === undefined || offers(entry, wire, providerModel);
      },
    },
  ]),
) as Readonly<Record<ClientWire, PlanInput['call']>>;

/** Null for what is no client wire. */
export function clientWire(name: string): ClientWire | null {
  return Object.hasOwn(CALLS, name) ? (name as ClientWire) : null;
}
