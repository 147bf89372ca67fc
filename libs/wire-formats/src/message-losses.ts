import type { ChatRequest, ContentPart } from '@gateway/domain';
import type { ParameterLosses } from './parameter-losses';

/** What a wire's messages can hold. */
export interface MessageTraits {
  readonly citedDocuments?: true;
  readonly audio?: true;
  /** Names of participants. */
  readonly names?: true;
  /** That a tool's result is an error. */
  readonly toolErrors?: true;
}

/** What messages of most wires can hold and this one's cannot. Hints are listed, what would change the question is reported. */
export function reportMessageLosses(request: ChatRequest, losses: ParameterLosses, traits: MessageTraits): void {
  request.messages.forEach(({ content, name }, index) => {
    if (!traits.citedDocuments && content.some((part) => part.type === 'document' && part.citations))
      losses.reportMessage(index, 'this provider cannot cite from documents.');
    if (!traits.audio && content.some(({ type }) => type === 'audio'))
      losses.reportMessage(index, 'this provider’s models cannot listen.');
    if (!traits.names && name !== undefined) losses.noteMessage(index, 'name');
    // The result itself says what went wrong.
    if (!traits.toolErrors && content.some(isToolError)) losses.noteMessage(index);
  });
}

function isToolError(part: ContentPart): boolean {
  return part.type === 'tool-result' && part.isError === true;
}
