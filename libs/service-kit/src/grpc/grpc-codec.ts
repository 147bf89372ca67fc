import type { MethodDefinition } from '@grpc/grpc-js';
import type { GrpcDefinition, GrpcMethodDefinition } from './grpc-definition';

/** How untyped grpc-js sees one of our messages. */
interface Codec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  fromPartial(object: unknown): unknown;
}

export type UntypedMethod = MethodDefinition<unknown, unknown>;

/** The grpc-js method of a generated one. Messages may be partial; they are completed before they are written. */
export function untypedMethod(definition: GrpcDefinition, method: GrpcMethodDefinition): UntypedMethod {
  if (method.requestStream || method.responseStream) {
    throw new TypeError(`${definition.fullName}/${method.name}: streaming calls are not supported`);
  }
  // The definition's type is exact per service; this is the one place where it is looked at without it.
  const request = method.requestType as unknown as Codec;
  const response = method.responseType as unknown as Codec;
  return {
    path: `/${definition.fullName}/${method.name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => serialize(request, message),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => serialize(response, message),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

function serialize(codec: Codec, message: unknown): Buffer {
  const bytes = codec.encode(codec.fromPartial(message)).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
