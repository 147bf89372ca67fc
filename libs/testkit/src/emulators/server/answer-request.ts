import type { ServerResponse } from 'node:http';
import type { Bill } from '../bill';
import type { Fault } from '../faults/fault';
import type { FaultBoard } from '../faults/fault-board';
import { parseModelFaults } from '../faults/parse-model-faults';
import { Exchange } from './exchange';
import type { EmulatorOptions } from './provider-emulator';
import type { FormFields, SentFile } from './read-form';
import { StreamDelivery } from './stream-delivery';
import type { ChatCall, ChatResource, Checked, Refusal, VendorResource, VendorWire } from './vendor-wire';
import { WholeDelivery } from './whole-delivery';

export interface EmulatorParts {
  readonly vendor: VendorWire;
  readonly bill: Bill;
  readonly faults: FaultBoard;
  readonly options: EmulatorOptions;
}

export interface ArrivedRequest {
  readonly requestId: string;
  readonly sequence: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null when the body was larger than allowed. */
  readonly body: string | null;
  /** What the body is when it is a form, or a file alone. */
  readonly content?: Checked<FormFields | SentFile>;
}

/** Order as at the vendors: path, caller, body, model, and only then what was asked for. */
export function answerVendorRequest(parts: EmulatorParts, arrived: ArrivedRequest, response: ServerResponse): void {
  const { vendor } = parts;
  const [path = '/', query] = arrived.path.split('?', 2);
  const { method, headers, body } = arrived;
  const signIn = vendor.answerSignIn?.({ method, path, body, headers, query: new URLSearchParams(query) });
  if (signIn) {
    response.writeHead(signIn.status, { 'content-type': signIn.xml === undefined ? 'application/json' : 'text/xml' });
    response.end(signIn.xml ?? JSON.stringify(signIn.document));
    return;
  }
  const resource = vendor.resource(arrived.method, path, new URLSearchParams(query));
  const answer = new RequestAnswer(parts, arrived, response);
  const refusal = resource
    ? vendor.refuseCaller(arrived.headers, arrived)
    : { ...vendor.refusalForStatus(404, undefined), message: `no such call: ${arrived.method} ${path}` };
  if (refusal || !resource) answer.refuse(refusal ?? vendor.refusalForStatus(404, undefined));
  else if (resource.type === 'chat') answer.chat(resource);
  else answer.document(resource);
}

class RequestAnswer {
  constructor(
    private readonly parts: EmulatorParts,
    private readonly arrived: ArrivedRequest,
    private readonly response: ServerResponse,
  ) {}

  /** Calls that generate nothing. */
  document(resource: VendorResource): void {
    const found = this.findDocument(resource);
    if ('refusal' in found) {
      this.refuse(found.refusal);
      return;
    }
    const headers = this.parts.vendor.responseHeaders(this.arrived.requestId);
    this.response.writeHead(200, { ...headers, 'content-type': 'application/json' });
    this.response.end(JSON.stringify(found.value));
  }

  chat({ target, model, body: given, read = this.parts.vendor.readChat }: ChatResource): void {
    const body = given ? { value: given } : withModel(this.parseBody(), model);
    const checked = 'refusal' in body ? body : read(body.value, this.isStrict, target);
    const refusal = 'refusal' in checked ? checked.refusal : this.missingModel(checked.value.model);
    if (refusal || 'refusal' in checked)
      this.refuse(refusal!, target ?? ('refusal' in body ? undefined : claimedCall(body.value)));
    else this.accept(checked.value);
  }

  /** Books and sends a refusal; a refused request costs nothing. */
  refuse(refusal: Refusal, call: { model: string; stream: boolean } = { model: '', stream: false }): void {
    const row = this.parts.bill.open({ requestId: this.arrived.requestId, ...call });
    this.refuseIn(new Exchange(this.response, row), refusal);
  }

  private accept(call: ChatCall): void {
    const fault = this.parts.faults.take(call.model);
    const row = this.parts.bill.open({ requestId: this.arrived.requestId, model: call.model, stream: call.stream });
    const exchange = new Exchange(this.response, row);
    if (fault.neverRespond) return;
    if (isRefusingFault(fault)) this.afterHeaderDelay(exchange, fault, () => this.strike(exchange, fault));
    else this.deliver(exchange, call, fault);
  }

  /** A client that leaves while it waits for the head has been billed for its prompt. */
  private deliver(exchange: Exchange, call: ChatCall, fault: Fault): void {
    const answer = call.answer(fault, this.arrived.sequence);
    Object.assign(exchange.row, {
      id: answer.id,
      billed: true,
      promptTokens: answer.promptTokens,
      reasoningTokens: answer.reasoningTokens,
      cachedTokens: answer.cachedTokens,
      cacheWriteTokens: answer.cacheWriteTokens,
      ...(answer.units && { units: answer.units }),
    });
    const plan = {
      fault,
      headers: { ...this.parts.vendor.responseHeaders(this.arrived.requestId), ...answer.headers },
      chunkDelayMs: fault.chunkDelayMs ?? this.parts.options.defaultChunkDelayMs ?? 0,
    };
    const Delivery = call.stream || answer.isPiecemeal ? StreamDelivery : WholeDelivery;
    this.afterHeaderDelay(exchange, fault, () => new Delivery(exchange, answer, plan).start());
  }

  private afterHeaderDelay(exchange: Exchange, fault: Fault, next: () => void): void {
    exchange.after(fault.headerDelayMs ?? this.parts.options.defaultHeaderDelayMs ?? 0, next);
  }

  private strike(exchange: Exchange, fault: Fault): void {
    const headers = this.parts.vendor.responseHeaders(this.arrived.requestId);
    if (fault.closeBeforeHeaders) {
      exchange.cut();
    } else if (fault.emptyBody) {
      exchange.open(200, { ...headers, 'content-type': 'application/json', 'content-length': 0 });
      exchange.end();
    } else if (fault.wrongContentType) {
      exchange.open(200, { ...headers, 'content-type': 'text/html; charset=utf-8' });
      exchange.end('<!doctype html><title>A proxy in between</title><p>This is not the API.</p>');
    } else {
      const refusal = this.parts.vendor.refusalForStatus(fault.status ?? 500, fault.errorCode);
      const wait = fault.retryAfterS !== undefined && { retryAfterS: fault.retryAfterS };
      this.refuseIn(exchange, { ...refusal, ...wait });
    }
  }

  private refuseIn(exchange: Exchange, refusal: Refusal): void {
    const { vendor } = this.parts;
    exchange.open(refusal.status, {
      ...vendor.responseHeaders(this.arrived.requestId),
      ...vendor.errorHeaders?.(refusal),
      'content-type': 'application/json',
      ...(refusal.retryAfterS !== undefined && { 'retry-after': String(refusal.retryAfterS) }),
    });
    exchange.end(JSON.stringify(vendor.errorDocument(refusal, this.arrived.requestId)));
  }

  private parseBody(): Checked<unknown> {
    const { vendor } = this.parts;
    if (this.arrived.body === null) return { refusal: vendor.refusalForStatus(413, undefined) };
    if (this.arrived.content) return this.arrived.content;
    try {
      return { value: JSON.parse(this.arrived.body) };
    } catch {
      return { refusal: { ...vendor.refusalForStatus(400, undefined), message: 'the body is not valid JSON' } };
    }
  }

  private missingModel(name: string): Refusal | null {
    const { vendor } = this.parts;
    const { model, unknownSuffix } = parseModelFaults(name);
    if (model.startsWith('unknown-')) {
      return {
        ...vendor.refusalForStatus(404, vendor.missingModelCode),
        message: `the model ${name} does not exist`,
        param: 'model',
      };
    }
    if (unknownSuffix === undefined) return null;
    const message = `the emulator knows no fault "${unknownSuffix}" (in the model name ${name})`;
    return { ...vendor.refusalForStatus(400, undefined), message, param: 'model' };
  }

  private get isStrict(): boolean {
    return this.parts.options.rejectUnknownFields ?? false;
  }

  private findDocument(resource: VendorResource): Checked<unknown> {
    const { vendor, options } = this.parts;
    if (resource.type === 'models') return { value: vendor.modelList(options.models ?? vendor.defaultModels) };
    if (resource.type === 'model') {
      const refusal = this.missingModel(resource.id);
      return refusal ? { refusal } : { value: vendor.modelDocument(resource.id) };
    }
    const body = this.parseBody();
    return 'refusal' in body ? body : vendor.readTokenCount(body.value, this.isStrict);
  }
}

function withModel(body: Checked<unknown>, model: string | undefined): Checked<unknown> {
  const isObject = 'value' in body && typeof body.value === 'object' && body.value !== null;
  return isObject && model !== undefined ? { value: { ...body.value, model } } : body;
}

/** What a refused body claimed to be, for the bill. */
function claimedCall(body: unknown): { model: string; stream: boolean } {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return { model: typeof given.model === 'string' ? given.model : '', stream: given.stream === true };
}

function isRefusingFault(fault: Fault): boolean {
  return (
    fault.status !== undefined ||
    fault.closeBeforeHeaders === true ||
    fault.emptyBody === true ||
    fault.wrongContentType === true
  );
}
