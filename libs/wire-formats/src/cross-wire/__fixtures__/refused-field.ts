import { isGatewayException } from '@gateway/domain';

/** The field that a refusal names; undefined where nothing is refused. */
export function refusedField(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (isGatewayException(error)) return error.detail.param;
    throw error;
  }
  return undefined;
}
