/**
 * Bodies up to this size travel inside the envelope. A larger one stays with the edge until a worker has taken the request
 * and asks for it (`HeartbeatFrame.wantsBody`), so that it crosses NATS once instead of twice and never a router.
 */
export const INLINE_BODY_BYTES = 32 * 1024;

/**
 * A body that waits at its edge for the worker that takes the request, to be fetched once over a connection of their own.
 * A worker that cannot have it there asks over NATS, as it does without an offer.
 */
export interface BodyOffer {
  /** `host:port`; an IPv6 address stands in brackets. */
  readonly address: string;
  /** 32 bytes in base64url: the key that the worker shows, and the proof that the edge shows. */
  readonly secret: string;
}

/**
 * Over NATS a body is sent in pieces of this size. A message that is not whole in one read (64 KB) is put together by the client
 * library in a growing, zeroed buffer, so small pieces are cheaper. Measured with bodies of 100 KB: whole 2.75 ms of CPU a
 * request, pieces of 32 KB 2.45, 16 KB 2.25, 8 KB 2.1.
 */
export const BODY_PIECE_BYTES = 8 * 1024;
