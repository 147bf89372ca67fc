/** Why a connection is closed: RFC 6455, section 7.4.1, and two of the range that is everybody's own. */
export const CLOSE = {
  /** This gateway instance stops. */
  goingAway: 1001,
  /** Bytes that are no text. */
  unsupported: 1003,
  /** Its key may no longer call. */
  notAllowed: 1008,
  internal: 1011,
  /** Nothing was said for too long. */
  idle: 4408,
  /** The conversation has as many turns as there may be. */
  tooLong: 4413,
} as const;
