import type { IncomingHttpHeaders } from 'node:http';
import type { ModelCatalog } from '@gateway/catalog';
import type { GatewaySnapshot } from '@gateway/config';
import type { Deployment, GatewayError, Principal } from '@gateway/domain';
import type { GatewaySpan, Tracing } from '@gateway/telemetry';
import type { EdgeBudgets } from '../budgets/edge-budgets';
import type { CustomerDirectory } from '../customers/customer-directory';
import type { RateLimits } from '../limits/rate-limits';
import type { RatePass } from '../limits/rate-pass';
import type { OverloadGuard } from '../overload/overload-guard';
import type { ResponseLibrary } from '../responses/response-library';
import type { CallAdmission } from './admit-call';
import type { AdmittedRequest } from './admitted-request';
import type { ExchangeClient, ResponseHeaders } from './client-response';
import type { ClientRoute } from './client-routes';
import type { ExchangePorts } from './exchange-ports';

/** What a call needs of one configuration version. */
export interface EdgeState {
  readonly snapshot: GatewaySnapshot;
  readonly catalog: ModelCatalog;
  readonly byId: ReadonlyMap<string, Deployment>;
}

export interface CallPorts extends ExchangePorts {
  /** True once no new requests are to be taken. */
  isDraining(): boolean;
  readonly responses: ResponseLibrary;
  readonly tracing: Tracing;
  readonly customers: Pick<CustomerDirectory, 'find'>;
  readonly overload: Pick<OverloadGuard, 'refuse' | 'sheds'>;
  readonly rates: Pick<RateLimits, 'take'>;
  readonly budgets: Pick<EdgeBudgets, 'reserve'>;
}

/** A call whose body is whole and whose caller is known, wherever it came from. */
export interface ArrivedCall {
  readonly route: ClientRoute;
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  /** By the monotonic clock, when the first byte was read. */
  readonly startedMs: number;
  readonly receivedAtUnixMs: number;
  readonly span: GatewaySpan;
  readonly body: Buffer;
  readonly principal: Principal;
  readonly state: EdgeState;
  readonly caller: Caller;
  /** The batch of which it is a line. */
  readonly batchId?: string;
  /** The client's call of which it is one of several: for the books, which know those of one as a batch. */
  readonly partOf?: string;
  /** Calls that together may cost what the client's one may, where it is one of several. */
  readonly sharesCostWith?: number;
  /** The customer whom it names is among the accounts that it counts for. */
  readonly isForCustomer?: boolean;
  /** Of the limits, where it was taken before: for the client's one call, of several. */
  readonly pass?: RatePass;
}

/** Who waits for the answer. */
export interface Caller {
  /** A method: a getter in a literal is a hidden class of its own for each call, which keeps the call alive (docs/decisions/0006). */
  isGone(): boolean;
  /** The call ends here, with this; `headers` are told besides. */
  refuse(error: GatewayError, headers?: ResponseHeaders): void;
  /** Where the answer goes; asked for once, and not before a `refuse`. */
  answerTo(): ExchangeClient;
}

/** What was found out of a call that may be made. */
export type Admission = Extract<CallAdmission, { ok: true }>;

/** A call that is ready to be handed over, but for its limits and its money. */
export interface ReadyCall extends Pick<AdmittedRequest, 'echo' | 'keep'> {
  readonly admission: Admission;
}
