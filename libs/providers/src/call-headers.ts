const JSON_BODY = { 'content-type': 'application/json', 'user-agent': 'llm-gateway' };

/**
 * Sent with every call. No `accept-encoding`: providers then answer uncompressed, and bytes can be relayed as they
 * come. A user agent, because some content networks in front of providers turn away calls without one.
 */
export const CALL_HEADERS = {
  stream: { ...JSON_BODY, accept: 'text/event-stream' },
  whole: { ...JSON_BODY, accept: 'application/json' },
} as const;
