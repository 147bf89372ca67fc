// Lets a plain Node process run the workspace's TypeScript: `node --require register-typescript.cjs service.ts`.
const Module = require('node:module');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '../../../..');
const { $schema, exclude, ...options } = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    ...options,
    swcrc: false,
    filename,
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};

const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveSource(request, ...rest) {
  const library = /^@gateway\/([^/]+)$/.exec(request);
  return resolve.call(this, library ? join(root, 'libs', library[1], 'src/index.ts') : request, ...rest);
};
