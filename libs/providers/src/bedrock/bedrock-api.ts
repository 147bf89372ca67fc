import { textFormOf } from '@gateway/wire-formats';
import { parseBedrockModel } from './bedrock-model';

/** By which calls a model's chat can be had; of several, the one in the client's own wire is taken. */
export interface BedrockApi {
  readonly isConverse: boolean;
  /** InvokeModel with Anthropic's own body. */
  readonly isClaude: boolean;
  /** InvokeModel with the body of another maker's text model. */
  readonly isText: boolean;
}

const CLAUDE = /anthropic\.claude/;

/**
 * What the name says, `converse/` or `invoke/`, is done where it can be. Else Claude is called either way, the first
 * generations of text models by InvokeModel, and everybody else by Converse. An ARN tells nobody's maker.
 */
export function bedrockApiOf(name: string): BedrockApi {
  const { id, api } = parseBedrockModel(name);
  if (api === 'converse') return { isConverse: true, isClaude: false, isText: false };
  const isClaude = CLAUDE.test(id);
  const form = textFormOf(name);
  const isText = !isClaude && form !== null && (api === 'invoke' || form.isOnlyInvoked === true);
  return { isConverse: !isText && !(api === 'invoke' && isClaude), isClaude, isText };
}
