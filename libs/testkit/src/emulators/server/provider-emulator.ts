import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeAtOnce, listen } from '../../listening-server';
import { Bill, type BillRow, type BillTotals } from '../bill';
import type { Fault, FaultMatch } from '../faults/fault';
import { FaultBoard } from '../faults/fault-board';
import { answerVendorRequest } from './answer-request';
import { answerControl, CONTROL_PREFIX } from './control-api';
import { readBody } from './read-body';
import { type FormFields, readForm, type SentFile } from './read-form';
import { type RecordedRequest, RequestLog } from './request-log';
import type { Checked, VendorWire } from './vendor-wire';

export interface EmulatorOptions {
  /** Refuse fields the vendor does not document, at any depth. Default false. */
  readonly rejectUnknownFields?: boolean;
  /** Pause between two tokens. Default 0. */
  readonly defaultChunkDelayMs?: number;
  /** Pause before the response head. Default 0. */
  readonly defaultHeaderDelayMs?: number;
  /** Names for the model list; any other name not beginning with `unknown-` is served too. */
  readonly models?: readonly string[];
  /** Default 32 MB. */
  readonly maxBodyBytes?: number;
  /** How many bill rows are kept; totals count on. Default 100,000. */
  readonly billLimit?: number;
  /** How many received requests are kept. Default 1,000. */
  readonly requestLimit?: number;
}

/** A provider on loopback: same wire, deterministic answers, faults on demand and its own bill. */
export class ProviderEmulator {
  private readonly billBook: Bill;
  private readonly faultBoard = new FaultBoard();
  private readonly requestLog: RequestLog;
  private server: Server | undefined;
  private sequence = 0;

  constructor(
    private readonly vendor: VendorWire,
    private readonly options: EmulatorOptions,
  ) {
    this.billBook = new Bill(options.billLimit ?? 100_000);
    this.requestLog = new RequestLog(options.requestLimit ?? 1_000);
  }

  /** Listens on this machine, or on `host`, and resolves to the origin seen from here, e.g. `http://127.0.0.1:40123`. */
  async start(port = 0, host = '127.0.0.1'): Promise<string> {
    const server = createServer((request, response) => this.onRequest(request, response));
    // Longer than any client's idle pool timeout, so that it is the client that lets go of a connection.
    server.keepAliveTimeout = 120_000;
    server.requestTimeout = 0;
    this.server = server;
    return listen(server, port, host);
  }

  /** Closes every connection; resolves when the port is free. */
  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    await closeAtOnce(server);
  }

  /** What was served since the last reset, oldest first. */
  bill(): BillRow[] {
    return this.billBook.rows();
  }

  totals(): BillTotals {
    return this.billBook.totals();
  }

  requests(): RecordedRequest[] {
    return this.requestLog.list();
  }

  /** From now on, requests that match meet the fault. The first rule that fits wins. */
  addFault(fault: Fault, match: FaultMatch = {}): void {
    this.faultBoard.add(match, fault);
  }

  clearFaults(): void {
    this.faultBoard.clear();
  }

  /** Forgets bill, requests and faults. */
  reset(): void {
    this.billBook.reset();
    this.requestLog.reset();
    this.faultBoard.clear();
    this.sequence = 0;
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    readBody(request, this.options.maxBodyBytes ?? 32 * 1024 * 1024, (body) => {
      const path = request.url ?? '/';
      if (path.startsWith(CONTROL_PREFIX)) this.control(request, response, body?.toString('utf8') ?? '');
      else this.serve(request, response, body);
    });
  }

  private control(request: IncomingMessage, response: ServerResponse, body: string): void {
    const route = `${request.method} ${(request.url ?? '').slice(CONTROL_PREFIX.length)}`;
    const parts = {
      bill: this.billBook,
      faults: this.faultBoard,
      requests: this.requestLog,
      reset: () => this.reset(),
    };
    const reply = answerControl(parts, route, body);
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(reply.document)}\n`);
  }

  private serve(request: IncomingMessage, response: ServerResponse, bytes: Buffer | null): void {
    this.sequence += 1;
    const { sequence } = this;
    const contentType = request.headers['content-type'] ?? '';
    const isForm = contentType.startsWith('multipart/form-data');
    const isFile = /^(audio|video|image)\/|^application\/octet-stream/.test(contentType);
    // Files are not UTF-8; Latin-1 has a character for every byte.
    const body = bytes?.toString(isForm || isFile ? 'latin1' : 'utf8') ?? null;
    const recorded = record(request, sequence, body ?? '');
    this.requestLog.add(recorded);
    const answer = (content?: Checked<FormFields | SentFile>): void =>
      answerVendorRequest(
        { vendor: this.vendor, bill: this.billBook, faults: this.faultBoard, options: this.options },
        { ...recorded, body, sequence, ...(content && { content }) },
        response,
      );
    if (bytes !== null && isForm) void readForm(bytes, contentType, this.vendor).then(answer);
    else if (bytes !== null && isFile) answer({ value: { filename: '', contentType, bytes } });
    else answer();
  }
}

function record(request: IncomingMessage, sequence: number, body: string): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    requestId: `req_emulator_${String(sequence).padStart(6, '0')}`,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
    rawHeaders: request.rawHeaders,
    body,
    receivedAtUnixMs: Date.now(),
  };
}
