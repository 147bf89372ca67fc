export { type ChatAdapterCase, describeChatAdapter, type EmulatedReply } from './describe-chat-adapter';
export { ERROR_SAMPLES, type ErrorSample } from './error-samples';
