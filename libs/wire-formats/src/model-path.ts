import { GatewayException } from '@gateway/domain';

/**
 * A model's name as segments of a provider's path. A client may have written it, under a wildcard, so nothing in it may
 * lead to another place of the host: `.` and `..` have no other spelling in a path, and are refused.
 * @throws GatewayException `invalid_request` naming `model`
 */
export function modelPath(model: string): string {
  const segments = model.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    const message = 'model: `.` and `..` cannot be parts of its name at this provider.';
    throw new GatewayException({ code: 'invalid_request', message, param: 'model' });
  }
  return segments.map(encodeURIComponent).join('/');
}
