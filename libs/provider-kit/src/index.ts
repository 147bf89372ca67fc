export type {
  BodyQuirks,
  ChatAdapter,
  ChatCallOptions,
  ProviderCall,
  ProviderResponseHead,
  ProviderTarget,
} from './chat-adapter';
export type { CallTimeouts, ProviderHttp, ResponseSink, RunningCall } from './provider-http';
