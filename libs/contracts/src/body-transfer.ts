/**
 * Bodies up to this size travel inside the envelope. A larger one stays with the edge until a worker has taken the request
 * and asks for it (`HeartbeatFrame.wantsBody`), so that it crosses NATS once instead of twice and never a router.
 */
export const INLINE_BODY_BYTES = 32 * 1024;

/** A body is sent in pieces of this size: NATS takes 1 MB a message. */
export const BODY_PIECE_BYTES = 512 * 1024;
