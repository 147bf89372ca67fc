import type { AnswerCost, StartFrame } from '@gateway/contracts';
import { type GatewayError, NATIVE_WIRE } from '@gateway/domain';
import { costPlaceOf } from '@gateway/wire-formats';
import type { CallMeter } from '../native/call-meter';
import type { AdmittedRequest } from './admitted-request';
import {
  type AnswerWriter,
  BytesWriter,
  EncodingBodyWriter,
  EncodingStreamWriter,
  PassthroughBodyWriter,
  PassthroughStreamWriter,
} from './answer-writer';
import { type CallsMade, callHeaders } from './call-headers';
import type { ClientOutput, ExchangeClient, ResponseHeaders } from './client-response';
import { isChatCodec } from './client-routes';
import { addCostHeaders } from './cost-headers';
import { CostOutput } from './cost-output';
import { errorHeaders, headerText, namesText } from './error-headers';
import { KeptOutput } from './kept-output';

const KEEP_ALIVE_MS = 15_000;

/** The answer of one hand-over on its way to the client, in the client's dialect: one success or one error. */
export class ClientAnswer {
  start: StartFrame | null = null;
  /** Of the answer so far, as it came from the worker. */
  bytes = 0;
  parts = 0;
  private writer: AnswerWriter | null = null;
  /** Of a document, until it is written. */
  private headers: ResponseHeaders | null = null;
  private costOutput: CostOutput | null = null;
  private meter: CallMeter | undefined;

  constructor(
    private readonly request: AdmittedRequest,
    private readonly client: ExchangeClient,
  ) {}

  begin(start: StartFrame, overheadMs: number): void {
    this.start = start;
    this.writer = this.createWriter(start);
    const headers = callHeaders(this.request.envelope.requestId, start, overheadMs);
    this.request.pass?.addHeaders(headers);
    if (start.droppedParams) headers['x-gateway-dropped-params'] = namesText(start.droppedParams);
    if (this.writer.form === 'document') this.headers = headers;
    this.writer.begin(headers);
  }

  /** True when the client's socket took it all. */
  part(bytes: Uint8Array): boolean {
    this.bytes += bytes.length;
    this.parts += 1;
    return this.writer?.part(bytes) ?? true;
  }

  /** `cost`: of the request, with everything that was tried for it; null where nobody tells. */
  end(cost: AnswerCost | null): void {
    this.client.costs?.(cost);
    if (this.costOutput) this.costOutput.cost = cost;
    if (this.meter) this.meter.total = cost;
    if (this.headers && cost) addCostHeaders(this.headers, cost);
    this.writer?.end();
  }

  /**
   * Streams get their terminal error and never a success terminator; a document has not been written yet; bytes have no
   * place for an error, so the client is not let believe that they are all.
   */
  fail(error: GatewayError, made: CallsMade, cost: AnswerCost | null): void {
    const { codec, envelope } = this.request;
    this.client.costs?.(cost);
    if (this.start === null || this.writer === null) this.writeError(error, made, cost);
    else if (this.writer.form === 'events')
      this.client.breakStream(codec.encodeStreamError(error, envelope.requestId, this.writer.sent), error);
    else if (this.writer.form === 'bytes') this.client.cut();
    else this.writeError(error, this.start, cost);
  }

  /** A comment in a stream that has been silent for long, so that nobody on the way takes it for dead. */
  keepAlive(nowMs: number): void {
    if (this.writer?.form !== 'events') return;
    if (nowMs - this.client.lastWriteMs > KEEP_ALIVE_MS) this.client.write(this.request.codec.keepAlive);
  }

  private createWriter(start: StartFrame): AnswerWriter {
    const { codec, envelope, echo, keep } = this.request;
    const client = this.tellingCost(keep ? new KeptOutput(this.client, keep) : this.client);
    const { stream, model } = envelope.summary;
    if (start.contentType !== undefined) return this.createOwnTypeWriter(headerText(start.contentType));
    if (start.encoding === 'passthrough') {
      return stream ? new PassthroughStreamWriter({ codec, client }) : new PassthroughBodyWriter({ client });
    }
    if (!isChatCodec(codec)) throw new Error(`the answer of ${codec.wire} came as parts of a chat`);
    this.meter = this.request.meter?.(start);
    const context = {
      model,
      meter: this.meter,
      wantsUsage: envelope.wantsUsage,
      ...(echo && { echo, answerId: envelope.requestId.replaceAll('-', '') }),
    };
    const input = { codec, client, context };
    return stream ? new EncodingStreamWriter(input) : new EncodingBodyWriter(input);
  }

  private tellingCost(client: ClientOutput): ClientOutput {
    const { wantsCost, wire } = this.request.envelope;
    if (!wantsCost || wire === NATIVE_WIRE) return client;
    this.costOutput = new CostOutput(client, costPlaceOf(wire));
    return this.costOutput;
  }

  /** Documents are held until they are whole, so that an error can still be answered in their place. */
  private createOwnTypeWriter(contentType: string): AnswerWriter {
    const isDocument = /^(text\/|application\/([a-z.+-]+\+)?json)/i.test(contentType);
    if (!isDocument) return new BytesWriter({ client: this.client, contentType });
    return new PassthroughBodyWriter({ client: this.tellingCost(this.client), contentType });
  }

  private writeError(error: GatewayError, made: CallsMade, cost: AnswerCost | null): void {
    const { codec, envelope, pass, startedMs } = this.request;
    const headers = {
      ...errorHeaders(error, envelope.requestId),
      ...callHeaders(envelope.requestId, made, performance.now() - startedMs),
    };
    pass?.addHeaders(headers);
    if (cost && made.attempts > 0) addCostHeaders(headers, cost);
    this.client.error(error, JSON.stringify(codec.encodeError(error, envelope.requestId)), headers);
  }
}
