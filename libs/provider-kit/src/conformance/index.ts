export {
  bookOf,
  bookOfTests,
  type ConformanceBook,
  differences,
  type EndedTest,
  readBook,
  writeBook,
} from './conformance-book';
export {
  CONFORMANCE_ENDPOINTS,
  CONFORMANCE_FEATURES,
  type ConformanceCell,
  type ConformanceEndpoint,
  type ConformanceFeature,
  type ConformanceOutcome,
  cellsIn,
  proves,
} from './conformance-cell';
export { type ChatAdapterCase, describeChatAdapter, type EmulatedReply } from './describe-chat-adapter';
export type { ErrorSample } from './error-samples/error-sample';
export { ERROR_SAMPLES } from './error-samples/error-samples';
export { renderConformance } from './render-conformance';
