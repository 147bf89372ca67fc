/**
 * Every NATS name in the product. `namespace` is `gw` unless two gateways share one NATS; identifiers that become
 * tokens are letters, digits, `-` and `_` only (see `subjectToken`).
 */
export interface Subjects {
  /** Edge → any router (queue group `router`): an envelope without a slip. */
  readonly route: string;
  /** Router or worker → any worker of a pool (queue group `worker`): an envelope with a slip. */
  invoke(pool: string): string;
  readonly invokeAny: string;
  /** Router → one worker by name: a request that whoever took it first has not answered. */
  invokeWorker(worker: string): string;
  /** Worker or router → the edge that asked: batches of frames. */
  reply(edge: string, token: string): string;
  replyAny(edge: string): string;
  /** Edge → the worker that runs a request: credit and cancel. */
  control(worker: string, edge: string, token: string): string;
  controlAny(worker: string): string;
  /** Edge → all workers: cancel a request whose worker is not known yet. */
  readonly cancel: string;
  /** Worker → every router: how its provider calls went. */
  outcome(worker: string): string;
  readonly outcomeAny: string;
  /** JetStream `USAGE`: batches of usage events on their way to the ledger. */
  readonly usage: string;
  readonly usageStream: string;
  /** Ledger → every edge: a key was revoked or changed. */
  readonly keysChanged: string;
  /** KV bucket with the `ConfigurationState` under `CONFIGURATION_KEY`. */
  readonly configBucket: string;
  /** KV bucket with the contents of configuration versions, in parts. */
  readonly configPartsBucket: string;
  /** KV bucket where each running instance says which configuration it holds; its entries live `INSTANCE_TTL_MS`. */
  readonly instancesBucket: string;
  /** KV bucket where each worker says what it can serve. */
  readonly workersBucket: string;
  /** KV bucket of circuits that a person holds open or closed, by deployment. */
  readonly circuitsBucket: string;
  /** KV bucket of variants that have taken all requests, by experiment. */
  readonly experimentsBucket: string;
  /** Edge → any router (queue group `router`), which answers with a `CircuitsReport`. */
  readonly circuits: string;
  /** Edge → any router (queue group `router`): an envelope that is not to be routed, only explained (`ExplainReply`). */
  readonly explain: string;
  /** Edge or worker → any ledger (queue group `ledger`): `BudgetShortage`s, which it answers with `BudgetState`s. */
  readonly budgets: string;
}

export function subjects(namespace: string): Subjects {
  const root = `${namespace}.v1`;
  const store = namespace.replace(/[^A-Za-z0-9_-]/g, '_');
  return {
    route: `${root}.route`,
    invoke: (pool) => `${root}.invoke.${pool}`,
    invokeAny: `${root}.invoke.*`,
    invokeWorker: (worker) => `${root}.worker.${worker}`,
    reply: (edge, token) => `${root}.reply.${edge}.${token}`,
    replyAny: (edge) => `${root}.reply.${edge}.*`,
    control: (worker, edge, token) => `${root}.control.${worker}.${edge}.${token}`,
    controlAny: (worker) => `${root}.control.${worker}.*.*`,
    cancel: `${root}.cancel`,
    outcome: (worker) => `${root}.outcome.${worker}`,
    outcomeAny: `${root}.outcome.*`,
    usage: `${root}.usage`,
    usageStream: `${store}_USAGE`,
    keysChanged: `${root}.keys.changed`,
    configBucket: `${store}_config`,
    configPartsBucket: `${store}_config_parts`,
    instancesBucket: `${store}_instances`,
    workersBucket: `${store}_workers`,
    circuitsBucket: `${store}_circuits`,
    experimentsBucket: `${store}_experiments`,
    circuits: `${root}.circuits`,
    explain: `${root}.explain`,
    budgets: `${root}.budgets`,
  };
}

/** Turns any name into one legal subject token: other characters become `_`. */
export function subjectToken(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_') || '_';
}
