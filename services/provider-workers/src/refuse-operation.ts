import { GatewayException, type Operation } from '@gateway/domain';
import type { ProviderEntry } from '@gateway/providers';

/** The error for a call that its model's provider does not offer, or that the gateway cannot make there. */
export function cannotDo(
  { displayName }: Pick<ProviderEntry, 'displayName'>,
  what: Operation | 'chat',
): GatewayException {
  return new GatewayException({
    code: 'invalid_request',
    message: `This model is served by ${displayName}, which takes no ${what} calls from this gateway. docs/providers.md lists who does.`,
    param: 'model',
  });
}
