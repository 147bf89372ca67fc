import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderEnvExample } from './documentation/render-env-example';
import { renderEnvironmentTable } from './documentation/render-environment-table';
import { renderJsonSchema } from './documentation/render-json-schema';
import { renderYamlTables } from './documentation/render-yaml-tables';
import { replaceMarked } from './documentation/replace-marked';

// `node libs/config/dist/generate-docs.js [--check]`: brings docs/configuration.md, the JSON Schema and .env.example in step
// with the schemas, or, with --check, exits 1 when they are not. Runs from `dist`, three folders below the repository's root.
const root = join(__dirname, '../../..');

const documents: readonly { readonly file: string; readonly render: (present: string) => string }[] = [
  {
    file: 'docs/configuration.md',
    render: (present) =>
      replaceMarked(replaceMarked(present, 'environment', renderEnvironmentTable()), 'yaml', renderYamlTables()),
  },
  { file: '.env.example', render: renderEnvExample },
  { file: 'docs/generated/gateway-config.schema.json', render: renderJsonSchema },
];

for (const { file, render } of documents) {
  const path = join(root, file);
  const present = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const fresh = render(present);
  if (fresh === present) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${file} is not in step with libs/config: run \`make generate\` and commit the result\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, fresh);
    process.stdout.write(`wrote ${file}\n`);
  }
}
