import { type ChatAdapter, classifyFailure } from '@gateway/provider-kit';
import { watsonxCall, watsonxScope } from './watsonx-call';

/** `text/chat`, and `text/chat_stream` for streams, with the project put into the body. */
export const WATSONX_CHAT_ADAPTER: ChatAdapter = {
  wire: 'watsonx-chat',
  quirks: null,

  buildChatCall(target, body, { providerModel, stream }) {
    return watsonxCall(target, {
      action: stream ? 'text/chat_stream' : 'text/chat',
      providerModel,
      kind: stream ? 'stream' : 'whole',
      body: withFields(body, watsonxScope(target, providerModel)),
    });
  },

  classifyError: (head, body) => classifyFailure(head, body, 'watsonx-chat'),
};

/** The body is a JSON object of ours, which may be long: new fields go to its beginning. */
function withFields(body: Uint8Array, fields: Readonly<Record<string, string>>): Uint8Array {
  if (Object.keys(fields).length === 0) return body;
  return Buffer.concat([Buffer.from(`${JSON.stringify(fields).slice(0, -1)},`), body.subarray(1)]);
}
