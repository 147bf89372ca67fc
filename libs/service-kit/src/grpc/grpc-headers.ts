/** Metadata keys of our gRPC calls. */
export const TRACEPARENT_HEADER = 'traceparent';
/** The request field at fault, percent-encoded because metadata is ASCII. */
export const FAULT_FIELD_HEADER = 'gateway-fault-field';
