import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type GatewayError, httpStatusOf } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import { nativeCodec } from '@gateway/wire-formats';
import { WebSocketServer } from 'ws';
import { refuseRoute } from '../../access/refuse-route';
import type { Authentication } from '../../auth/key-authenticator';
import { DRAINING, INTERNAL } from '../../calls/call-endings';
import type { CallIngressPorts } from '../../calls/call-ingress';
import { ConversationSocket, SOCKET_PATH } from './conversation-socket';
import { giveBack } from './give-back';

/** A message may be as large as the body of a call; whoever configured less is told so by the call itself. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Of one process; each holds a conversation in memory. */
const MOST_SOCKETS = 10_000;
const BEAT_MS = 30_000;

/** `WS /v1/gateway/ws`: conversations, each in a connection of its own, on the port of everything else. */
export class NativeSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  private readonly open = new Set<ConversationSocket>();
  private readonly timer: NodeJS.Timeout;
  private emptied: () => void = () => undefined;

  constructor(private readonly ports: CallIngressPorts) {
    this.timer = setInterval(() => {
      const nowMs = performance.now();
      for (const socket of this.open) socket.beat(nowMs);
    }, BEAT_MS);
    this.timer.unref();
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      if (isOurs(request)) this.onUpgrade(request, socket, head);
      else giveBack(server, request, socket, head);
    });
  }

  /** Turns that run come to their end, within `timeoutMs`; then nobody is connected. */
  async drain(timeoutMs: number): Promise<void> {
    clearInterval(this.timer);
    for (const socket of this.open) socket.drain();
    if (this.open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.emptied = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private onUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => stream.destroy());
    const refusal = this.refuseEarly();
    if (refusal !== null) {
      answer(stream, refusal);
      return;
    }
    const known = this.ports.authenticator.authenticate(request.headers);
    const go = (result: Authentication): void => this.onAuthenticated(request, stream, { head, result });
    if (known instanceof Promise) known.then(go, () => answer(stream, INTERNAL));
    else go(known);
  }

  private refuseEarly(): GatewayError | null {
    if (this.ports.isDraining()) return DRAINING;
    return this.open.size >= MOST_SOCKETS ? TOO_MANY : null;
  }

  private onAuthenticated(
    request: IncomingMessage,
    stream: Duplex,
    { head, result }: { readonly head: Buffer; readonly result: Authentication },
  ): void {
    const refusal = result.ok ? refuseRoute(result.principal, SOCKET_PATH) : result.error;
    if (refusal !== null) {
      answer(stream, refusal);
      return;
    }
    this.server.handleUpgrade(request, stream, head, (socket) => {
      const conversation = new ConversationSocket(this.ports, { socket, stream, headers: request.headers });
      this.open.add(conversation);
      socket.on('close', () => {
        this.open.delete(conversation);
        if (this.open.size === 0) this.emptied();
      });
    });
  }
}

function isOurs({ url = '', headers }: IncomingMessage): boolean {
  const [path] = url.split('?', 1);
  return path === SOCKET_PATH && headers.upgrade?.toLowerCase() === 'websocket';
}

/** An ordinary answer to a request that will not become a connection of the other kind. */
function answer(stream: Duplex, error: GatewayError): void {
  const requestId = newRequestId();
  const document = JSON.stringify(nativeCodec.encodeError(error, requestId));
  const status = httpStatusOf(error);
  const head = [
    `HTTP/1.1 ${status} ${error.code}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(document)}`,
    `x-request-id: ${requestId}`,
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${document}`);
}

const TOO_MANY: GatewayError = {
  code: 'service_unavailable',
  message: `This gateway instance has ${MOST_SOCKETS} connections already. Try again.`,
  retryAfterMs: 1_000,
};
