#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// A file of its own that is there before anything is built, so that npm can link the command.
const command = join(__dirname, '../dist/command/llmgateway.js');
if (existsSync(command)) {
  require(command);
} else {
  process.stderr.write('llmgateway is not built yet: run `make build`\n');
  process.exitCode = 2;
}
