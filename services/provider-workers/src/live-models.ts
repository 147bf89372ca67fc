import type { ProviderCall, ProviderHttp, ResponseSink } from '@gateway/provider-kit';
import type { LiveModelsAdapter } from '@gateway/providers';
import type { Logger } from '@gateway/telemetry';
import type { ServedDeployments } from './served-deployments';

const ASK_EVERY_MS = 30_000;
const TIMEOUTS = { connectMs: 2_000, headMs: 5_000, idleMs: 5_000 };
const LARGEST_ANSWER_BYTES = 1024 * 1024;
const MOST_MODELS = 500;
const LONGEST_NAME = 200;

export interface LiveModelsOptions {
  readonly http: Pick<ProviderHttp, 'call'>;
  readonly logger: Pick<Logger, 'info'>;
  /** The models of some deployment are others now. */
  readonly onChange: () => void;
}

/** Asks the providers of wildcard deployments from time to time which models they have, where they can say it. */
export class LiveModels {
  private readonly byDeployment = new Map<string, readonly string[]>();
  private readonly asking = new Set<string>();
  private served: ServedDeployments['byId'] = new Map();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: LiveModelsOptions) {}

  /** Deployment → names; undefined when no deployment has any. */
  current(): Readonly<Record<string, readonly string[]>> | undefined {
    return this.byDeployment.size > 0 ? Object.fromEntries(this.byDeployment) : undefined;
  }

  /** From now on these deployments are asked, at once and then every half minute. */
  follow(served: ServedDeployments['byId']): void {
    this.served = served;
    for (const id of this.byDeployment.keys()) if (!served.has(id)) this.byDeployment.delete(id);
    this.askAll();
    this.timer ??= setInterval(() => this.askAll(), ASK_EVERY_MS).unref();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.served = new Map();
  }

  private askAll(): void {
    for (const [id, { deployment, entry, target }] of this.served) {
      if (!entry.liveModels || !deployment.providerModel.includes('*') || this.asking.has(id)) continue;
      this.asking.add(id);
      const adapter = entry.liveModels;
      ask(this.options.http, adapter.buildCall(target), (body) => {
        this.asking.delete(id);
        if (this.served.has(id)) this.learn(id, body === null ? [] : namesIn(adapter, body));
      });
    }
  }

  /** A provider that cannot be asked has no models: they could not be called either. */
  private learn(deployment: string, names: readonly string[]): void {
    const known = this.byDeployment.get(deployment) ?? [];
    if (known.length === names.length && known.every((name, index) => name === names[index])) return;
    if (names.length > 0) this.byDeployment.set(deployment, names);
    else this.byDeployment.delete(deployment);
    this.options.logger.info({ deployment, models: names.length }, 'models of a provider');
    this.options.onChange();
  }
}

function namesIn(adapter: LiveModelsAdapter, body: Buffer): readonly string[] {
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    return []; // a proxy's page is no list
  }
  const names = adapter.read(document).filter((name) => name !== '' && name.length <= LONGEST_NAME);
  return [...new Set(names)].sort().slice(0, MOST_MODELS);
}

/** `onDone` gets the body of a 200, and null for everything else. */
function ask(http: LiveModelsOptions['http'], call: ProviderCall, onDone: (body: Buffer | null) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let status = 0;
  const sink: ResponseSink = {
    onHead: (head) => {
      status = head.status;
    },
    onData: (chunk) => {
      bytes += chunk.length;
      if (bytes <= LARGEST_ANSWER_BYTES) chunks.push(chunk);
    },
    onEnd: () => onDone(status === 200 && bytes <= LARGEST_ANSWER_BYTES ? Buffer.concat(chunks) : null),
    onFailure: () => onDone(null),
  };
  http.call(call, TIMEOUTS, sink);
}
