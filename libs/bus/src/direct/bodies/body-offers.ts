import type { Socket } from 'node:net';
import type { BodyOffer } from '@gateway/contracts';
import { ShortLivedMap } from '@gateway/domain';
import type { Logger } from '@gateway/telemetry';
import { KEY_BYTES, newDirectSecret } from '../direct-secret';
import { encodeAnswerHead, NOT_HERE, PROTOCOL_VERSION, QUESTION_HEADER_BYTES } from './body-protocol';

/** A worker that takes nothing of an answer for so long is dead or frozen, and what waits for it is let go. */
const STALL_MS = 10_000;
const NO_BODY_HERE = Buffer.of(NOT_HERE);

/** Called with the worker's name when it asks; returns the body. */
export type OnAsked = (worker: string) => Uint8Array;

export interface OfferedBody extends BodyOffer {
  /** Nobody gets it from here on. */
  withdraw(): void;
}

interface Offered {
  readonly proof: Buffer;
  readonly onAsked: OnAsked;
}

/** The edge's end of the direct way of large bodies: gives each offered body once, to whoever knows its key. */
export class BodyOffers {
  private readonly offers = new ShortLivedMap<string, Offered>();

  constructor(
    /** Where workers fetch them. */
    private readonly address: string,
    private readonly logger: Logger,
  ) {}

  offer(onAsked: OnAsked): OfferedBody {
    const secret = newDirectSecret();
    const key = secret.toString('latin1', 0, KEY_BYTES);
    this.offers.set(key, { proof: secret.subarray(KEY_BYTES), onAsked });
    return {
      address: this.address,
      secret: secret.toString('base64url'),
      withdraw: () => this.offers.delete(key),
    };
  }

  /** Offers that nobody has taken and nobody has withdrawn. */
  get open(): number {
    return this.offers.size;
  }

  /** Answers the questions on a connection, of which `first` has come already. */
  serve(socket: Socket, first: Buffer): void {
    let rest = this.answerAll(socket, first);
    socket.on('data', (chunk: Buffer) => {
      rest = this.answerAll(socket, rest === null ? chunk : Buffer.concat([rest, chunk]));
    });
    socket.setTimeout(STALL_MS, () => {
      if (socket.writableLength > 0) socket.destroy();
    });
  }

  /** Answers whole questions; returns what is left of one. */
  private answerAll(socket: Socket, bytes: Buffer): Buffer | null {
    let at = 0;
    while (bytes.length - at >= QUESTION_HEADER_BYTES) {
      if (bytes[at] !== PROTOCOL_VERSION) {
        socket.destroy();
        return null;
      }
      const end = at + QUESTION_HEADER_BYTES + (bytes[at + 1 + KEY_BYTES] ?? 0);
      if (bytes.length < end) break;
      const key = bytes.toString('latin1', at + 1, at + 1 + KEY_BYTES);
      this.answer(socket, key, bytes.toString('utf8', at + QUESTION_HEADER_BYTES, end));
      at = end;
    }
    return at === bytes.length ? null : bytes.subarray(at);
  }

  private answer(socket: Socket, key: string, worker: string): void {
    const offered = this.offers.get(key);
    this.offers.delete(key);
    const body = offered === undefined ? null : this.ask(offered, worker);
    if (offered === undefined || body === null) {
      socket.write(NO_BODY_HERE);
      return;
    }
    socket.cork();
    socket.write(encodeAnswerHead(offered.proof, body.length));
    socket.write(body);
    socket.uncork();
  }

  private ask({ onAsked }: Offered, worker: string): Uint8Array | null {
    try {
      return onAsked(worker);
    } catch (error) {
      this.logger.error({ error }, 'cannot give a body away');
      return null;
    }
  }
}
