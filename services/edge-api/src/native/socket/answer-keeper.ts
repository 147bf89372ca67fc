import { isRecord, type StreamPart } from '@gateway/domain';
import { type ClientChatCodec, nativeStreamCodec } from '@gateway/wire-formats';

/** The codec of one turn: streams as ever, and has the whole message at the end, to go on from. */
export class AnswerKeeper {
  /** Null until the stream has come to its end. */
  message: unknown = null;

  readonly codec: ClientChatCodec = {
    ...nativeStreamCodec,
    createStreamEncoder: (context) => {
      const encoder = nativeStreamCodec.createStreamEncoder(context);
      const parts: StreamPart[] = [];
      return {
        push: (part) => {
          parts.push(part);
          return encoder.push(part);
        },
        end: () => {
          const answer = nativeStreamCodec.encodeResponse(parts, context);
          this.message = isRecord(answer) ? answer.message : null;
          return encoder.end();
        },
      };
    },
  };
}
