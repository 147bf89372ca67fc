/** Both with and without `/v1`. */
const both = (...paths: readonly string[]) => paths.flatMap((path) => [path, `/v1${path}`]);

const OPENAI = both(
  '/chat/completions',
  '/completions',
  '/responses',
  '/responses/*',
  '/embeddings',
  '/moderations',
  '/images/*',
  '/audio/*',
  '/files',
  '/files/*',
  '/batches',
  '/batches/*',
  '/rerank',
  '/models',
  '/models/{rest}',
).concat('/v2/rerank', '/utils/*');
const ANTHROPIC = both('/messages', '/messages/count_tokens');
const GOOGLE = ['', '/v1', '/v1alpha', '/v1beta']
  .flatMap((version) =>
    ['generateContent', 'streamGenerateContent', 'countTokens', 'embedContent', 'batchEmbedContents'].map(
      (method) => `${version}/models/{model}:${method}`,
    ),
  )
  .concat('/v1beta/models', '/v1beta/models/*', '/v1alpha/models', '/v1alpha/models/*');

const NATIVE = ['chat', 'stream', 'ws'].map((name) => `/v1/gateway/${name}`);

/** LiteLLM's names for many routes at once (litellm.md §5.1), with the routes that there are here. */
const ROUTE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  openai_routes: OPENAI,
  anthropic_routes: ANTHROPIC,
  google_routes: GOOGLE,
  llm_api_routes: [...OPENAI, ...ANTHROPIC, ...GOOGLE, ...NATIVE],
  info_routes: [
    '/key/info',
    '/v2/key/info',
    '/key/list',
    '/key/health',
    '/team/info',
    '/team/list',
    '/team/available',
    '/v2/team/list',
    '/user/info',
    '/v2/user/info',
    '/model/info',
    '/v1/model/info',
    '/v2/model/info',
    '/model_group/info',
    '/models',
    '/v1/models',
    '/health',
  ],
  management_routes: [
    '/key/*',
    '/v2/key/info',
    '/team/*',
    '/v2/team/list',
    '/user/*',
    '/v2/user/info',
    '/customer/*',
    '/end_user/*',
    '/budget/*',
    '/access_group/*',
    '/v1/access_group',
    '/v1/access_group/*',
    '/model/*',
    '/credentials',
    '/credentials/*',
  ],
  spend_tracking_routes: ['/spend/*', '/cost/estimate'],
  global_spend_tracking_routes: ['/global/spend/*'],
};

/** The routes of LiteLLM's `key_type`; undefined for keys of no special kind. */
const ROUTES_OF_KEY_TYPE: Readonly<Record<string, string>> = {
  llm_api: 'llm_api_routes',
  management: 'management_routes',
  read_only: 'info_routes',
};

export const KEY_TYPES = ['default', ...Object.keys(ROUTES_OF_KEY_TYPE)] as const;

export function routesOfKeyType(keyType: string): string | undefined {
  return Object.hasOwn(ROUTES_OF_KEY_TYPE, keyType) ? ROUTES_OF_KEY_TYPE[keyType] : undefined;
}

/** Whether an entry of `allowed_routes` means something here: a path, `/prefix/*`, or the name of a group. */
export function isRouteEntry(entry: string): boolean {
  return entry.startsWith('/') || Object.hasOwn(ROUTE_GROUPS, entry);
}

/**
 * Whether one of the entries of `allowed_routes` means this route. Routes are named as they are declared, with `{name}` where
 * something varies (`/v1/files/{id}`), so that nothing a client writes into its URL can make one look like another.
 */
export function mayCallRoute(allowedRoutes: readonly string[], route: string): boolean {
  return allowedRoutes.some((entry) =>
    Object.hasOwn(ROUTE_GROUPS, entry)
      ? ROUTE_GROUPS[entry]!.some((pattern) => meansRoute(pattern, route))
      : meansRoute(entry, route),
  );
}

function meansRoute(pattern: string, route: string): boolean {
  return pattern.endsWith('/*') ? route.startsWith(pattern.slice(0, -1)) : pattern === route;
}

/** Whether whoever may call these routes may call those as well: entries are compared, not what they mean together. */
export function coversRoutes(granter: readonly string[], granted: readonly string[]): boolean {
  return granted.length > 0 && granted.every((entry) => granter.includes(entry) || coversEntry(granter, entry));
}

function coversEntry(granter: readonly string[], entry: string): boolean {
  if (Object.hasOwn(ROUTE_GROUPS, entry)) return ROUTE_GROUPS[entry]!.every((pattern) => coversEntry(granter, pattern));
  return mayCallRoute(granter, entry) && (!entry.endsWith('/*') || mayCallRoute(granter, entry.slice(0, -1)));
}
