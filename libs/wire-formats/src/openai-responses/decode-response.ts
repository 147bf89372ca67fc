import { isRecord, type StreamPart } from '@gateway/domain';
import { usableResponse } from './classify-failure';
import { ItemBlocks, responseEndOf, responseStartOf } from './decode-output';

/**
 * A whole answer → the parts its stream would have given.
 * @throws MalformedResponse when it is not a response; ProviderStreamError when it failed.
 */
export function decodeResponse(body: unknown): StreamPart[] {
  const response = usableResponse(body);
  const blocks = new ItemBlocks();
  const items = (response.output as unknown[]).filter(isRecord).flatMap((item) => blocks.take(item));
  return [responseStartOf(response), ...items, ...responseEndOf(response, blocks.calledTool)];
}
