import type { EncodeContext } from '../chat-wire-codec';

/** What every document of an answer says, whole or in chunks. */
export function completionFrame({ id, createdUnixS }: { id: string; createdUnixS: number }, { model }: EncodeContext) {
  return { id: completionId(id), object: 'text_completion' as const, created: createdUnixS, model };
}

/** What stands in front of every text of an answer: the prompt, where the client wants it back. */
export function echoedPrompt({ echo }: EncodeContext): string {
  return typeof echo?.prompt === 'string' ? echo.prompt : '';
}

/** `chatcmpl-1` → `cmpl-1`: clients tell the two kinds apart by it. */
function completionId(id: string): string {
  return `cmpl-${id.replace(/^(?:chatcmpl-|cmpl-|gen-)/, '')}`;
}
