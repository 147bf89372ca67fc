/** The part of ts-proto's message objects that gRPC needs. */
export interface GrpcMessage {
  encode(message: never): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  fromPartial(object: never): unknown;
}

export interface GrpcMethodDefinition {
  readonly name: string;
  readonly requestType: GrpcMessage;
  readonly requestStream: boolean;
  readonly responseType: GrpcMessage;
  readonly responseStream: boolean;
}

/** What ts-proto generates with `outputServices=generic-definitions`, e.g. `AccountsDefinition`. */
export interface GrpcDefinition {
  readonly name: string;
  readonly fullName: string;
  readonly methods: Readonly<Record<string, GrpcMethodDefinition>>;
}

type MessageOf<Type> = Type extends { decode(bytes: Uint8Array): infer Message } ? Message : never;
type PartialOf<Type> = Type extends { fromPartial(object: infer Partial): unknown } ? Partial : never;

export type RequestOf<Method extends GrpcMethodDefinition> = MessageOf<Method['requestType']>;
export type ResponseOf<Method extends GrpcMethodDefinition> = MessageOf<Method['responseType']>;
/** The request with every field optional; what is left out has proto's default. */
export type RequestInput<Method extends GrpcMethodDefinition> = PartialOf<Method['requestType']>;
export type ResponseInput<Method extends GrpcMethodDefinition> = PartialOf<Method['responseType']>;
