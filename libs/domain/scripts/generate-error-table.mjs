// Writes the table in docs/errors.md from the error table of @gateway/domain. `--check` exits 1 when the file is not what
// would be written. What each code means is written by hand below the table; a test holds it to the same codes.
import { readFileSync, writeFileSync } from 'node:fs';
import domain from '../dist/index.js';

const START = '<!-- generated:error-table -->';
const END = '<!-- /generated:error-table -->';
const file = new URL('../../../docs/errors.md', import.meta.url);

const rows = Object.entries(domain.ERROR_TABLE).map(
  ([code, { httpStatus, openaiType, anthropicType }]) =>
    `| [\`${code}\`](#${code}) | ${httpStatus} | \`${openaiType}\` | \`${anthropicType}\` |`,
);
const table = ['| Code | HTTP status | Type, OpenAI wire | Type, Anthropic wire |', '|---|---|---|---|', ...rows].join(
  '\n',
);

const present = readFileSync(file, 'utf8');
const from = present.indexOf(START);
const to = present.indexOf(END);
if (from < 0 || to < from) throw new Error(`docs/errors.md must have ${START} and ${END}, in this order`);
const fresh = `${present.slice(0, from + START.length)}\n\n${table}\n\n${present.slice(to)}`;

if (process.argv.includes('--check')) {
  if (fresh !== present) {
    process.stderr.write('docs/errors.md is not in step with libs/domain: run `make generate` and commit the result\n');
    process.exitCode = 1;
  }
} else if (fresh !== present) {
  writeFileSync(file, fresh);
  process.stdout.write('wrote docs/errors.md\n');
}
