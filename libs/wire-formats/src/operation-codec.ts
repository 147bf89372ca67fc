import type { Operation } from '@gateway/domain';
import type { CalledInPath, RequestCheck } from './chat-wire-codec';
import type { ClientDialect } from './client-dialect';

/**
 * The client's side of an operation that is not chat. It has one client wire, and answers come from the worker in that
 * wire already, so there is nothing to encode here but errors.
 */
export interface OperationCodec extends ClientDialect {
  readonly wire: Operation;
  /** What the body is written in; JSON where it is not said. */
  readonly body?: 'json' | 'form';

  /** As `ChatWireCodec.validateRequest`; a form comes as `documentOf` made it. */
  validateRequest(body: unknown, called?: CalledInPath): RequestCheck;
}
