// Three tiers by file name: `*.spec.ts` is small (no I/O), `*.medium.spec.ts` runs one part against real
// PostgreSQL, Redis and NATS, `*.e2e.spec.ts` runs the whole mesh over HTTP.
const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  moduleNameMapper: {
    '^@gateway/local$': '<rootDir>/infra/local/src/index.ts',
    '^@gateway/provider-kit/conformance$': '<rootDir>/libs/provider-kit/src/conformance/index.ts',
    '^@gateway/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.data', '<rootDir>/.runtime', '<rootDir>/.nx'],
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/infra', '<rootDir>/test'],
};

const backing = {
  globalSetup: '<rootDir>/test/start-backing-servers.ts',
  globalTeardown: '<rootDir>/test/stop-backing-servers.ts',
};

module.exports = {
  // Only ends a test that hangs: no test may fail because the machine is slow.
  testTimeout: 300_000,
  // Only with `--coverage`.
  coverageProvider: 'v8',
  collectCoverageFrom: [
    '{libs,services}/*/src/**/*.ts',
    'infra/local/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/{generated,__fixtures__,dist}/**',
  ],
  reporters: [
    'default',
    ['<rootDir>/test/conformance/judge-conformance.cjs', { projects: ['small', 'medium', 'e2e'] }],
  ],
  projects: [
    {
      ...shared,
      displayName: 'small',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.medium\\.spec\\.ts$', '\\.e2e\\.spec\\.ts$'],
    },
    { ...shared, ...backing, displayName: 'medium', testMatch: ['**/*.medium.spec.ts'] },
    { ...shared, ...backing, displayName: 'e2e', testMatch: ['**/*.e2e.spec.ts'] },
  ],
};
