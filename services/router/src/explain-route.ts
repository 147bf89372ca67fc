import { decodeEnvelope, ExplainReply, type ExplainRequest, RoutingDefinition } from '@gateway/contracts';
import {
  MODEL_CAPABILITIES,
  type ModelCapability,
  nearestName,
  ROUTING_POLICIES,
  type RoutingWishes,
} from '@gateway/domain';
import { explainPlan, type LiveBoard } from '@gateway/routing';
import { bindGrpc, GrpcFault, type GrpcServiceBinding, INTERNAL_CALLERS } from '@gateway/service-kit';
import { clientWire, decideRoute, type RouteQuestion, type RoutingState } from './decide-route';

export interface RouteExplainerPorts {
  /** Of this version, where one is given and known, else of the one in force; null until the first configuration. */
  state(version?: string): RoutingState | null;
  readonly live: Pick<LiveBoard, 'view'>;
}

/** Says how a request would be routed, without sending it anywhere: to edges over NATS, to others as `gateway.v1.Routing`. */
export class RouteExplainer {
  constructor(private readonly ports: RouteExplainerPorts) {}

  /** An envelope without a body in, an encoded `ExplainReply` out. */
  answer(bytes: Uint8Array): Uint8Array {
    const { envelope } = decodeEnvelope(bytes);
    const { wire, summary, clientAccess, principal } = envelope;
    const question = { wire, summary, clientAccess, keyHash: principal.keyHash };
    const reply = this.decide(question, envelope.configVersion);
    return ExplainReply.encode(reply ?? NOT_CONFIGURED).finish();
  }

  async explain(request: ExplainRequest): Promise<ExplainReply> {
    const reply = this.decide(readQuestion(request));
    if (reply === null) throw new GrpcFault('UNAVAILABLE', 'the router has no configuration yet');
    return reply;
  }

  binding(): GrpcServiceBinding {
    return bindGrpc(RoutingDefinition, { explain: (request) => this.explain(request) }, INTERNAL_CALLERS);
  }

  private decide(question: RouteQuestion, version?: string): ExplainReply | null {
    const state = this.ports.state(version);
    if (state === null) return null;
    const plan = decideRoute(state, this.ports.live.view(performance.now()), question);
    return explainPlan(plan, { summary: question.summary, policyVersion: state.snapshot.version });
  }
}

function readQuestion(request: ExplainRequest): RouteQuestion {
  if (request.model === '') throw new GrpcFault('INVALID_ARGUMENT', 'must not be empty', 'model');
  const wire = clientWire(request.wire || 'openai-chat');
  if (wire === null) throw new GrpcFault('INVALID_ARGUMENT', `"${request.wire}" is no client wire`, 'wire');
  return {
    wire,
    keyHash: request.keyHash,
    summary: {
      model: request.model,
      stream: request.stream,
      tools: request.tools,
      images: request.images,
      estimatedPromptTokens: request.estimatedPromptTokens,
      maxOutputTokens: request.maxOutputTokens,
      needs: readNeeds(request.needs),
      wishes: readWishes(request),
    },
  };
}

function readNeeds(names: readonly string[]): readonly ModelCapability[] | undefined {
  if (names.length === 0) return undefined;
  return names.map((name) => {
    const known = MODEL_CAPABILITIES.find((one) => one === name);
    if (known) return known;
    const nearest = nearestName(name, MODEL_CAPABILITIES);
    const hint = nearest === null ? '' : `; did you mean "${nearest}"?`;
    throw new GrpcFault('INVALID_ARGUMENT', `"${name}" is no capability${hint}`, 'needs');
  });
}

/** proto3 cannot tell an empty text from none. */
function readWishes(request: ExplainRequest): RoutingWishes {
  const policy = ROUTING_POLICIES.find((one) => one === request.policy);
  if (request.policy !== '' && policy === undefined) {
    throw new GrpcFault('INVALID_ARGUMENT', `must be one of ${ROUTING_POLICIES.join(', ')}`, 'policy');
  }
  return {
    ...(request.tags.length > 0 && { tags: request.tags }),
    ...(request.fallbacks.length > 0 && { fallbacks: request.fallbacks }),
    ...(request.maxCostNanoUsd !== undefined && { maxCostNanoUsd: request.maxCostNanoUsd }),
    ...(policy && { policy }),
    ...(request.taskType !== '' && { taskType: request.taskType }),
    ...(request.region !== '' && { region: request.region }),
    ...(request.sessionId !== '' && { sessionId: request.sessionId }),
  };
}

const NOT_CONFIGURED: ExplainReply = {
  policyVersion: '',
  reason: '',
  steps: [],
  deployments: [],
  error: { code: 'service_unavailable', message: 'The router has no configuration yet.', param: '' },
  experiment: '',
  variant: '',
};
