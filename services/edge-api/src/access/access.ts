import { SetMetadata } from '@nestjs/common';

/**
 * Who may call a route: anybody, whoever has a valid key, or the master key alone. A route that does not say is refused
 * to everybody (`AccessGuard`).
 */
export type AccessPolicy = 'public' | 'key' | 'admin';

export const ACCESS_METADATA = 'gateway:access';

export const Access = (policy: AccessPolicy): MethodDecorator & ClassDecorator => SetMetadata(ACCESS_METADATA, policy);

export const KEY_IN_QUERY_METADATA = 'gateway:key-in-query';

/** For routes whose clients may put the key into the URL, as `?key=`. */
export const KeyInQuery = (): MethodDecorator & ClassDecorator => SetMetadata(KEY_IN_QUERY_METADATA, true);
