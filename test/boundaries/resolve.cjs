// Where `@gateway/<lib>` leads, in the shape dependency-cruiser reads aliases from; the same as `paths` of tsconfig.base.json.
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '../..');
const libraries = readdirSync(join(root, 'libs'));

module.exports = {
  resolve: {
    alias: {
      '@gateway/local$': join(root, 'infra/local/src/index.ts'),
      '@gateway/provider-kit/conformance$': join(root, 'libs/provider-kit/src/conformance/index.ts'),
      ...Object.fromEntries(libraries.map((name) => [`@gateway/${name}$`, join(root, 'libs', name, 'src/index.ts')])),
    },
  },
};
