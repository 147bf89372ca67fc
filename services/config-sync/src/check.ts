import { formatProblem, parseGatewayConfig, processEnvironment } from '@gateway/config';
import { PROVIDERS } from '@gateway/providers';
import { readFileContent } from './file-content';

/** `node check.js FILE`: says everything that is wrong with a configuration, without starting anything. */
async function check(file: string | undefined): Promise<number> {
  if (file === undefined) {
    process.stderr.write('usage: node services/config-sync/dist/check.js FILE\n');
    return 2;
  }
  const content = await readFileContent(file);
  if (content.kind === 'unreadable') {
    process.stderr.write(`${file} ${content.reason}\n`);
    return 1;
  }
  const parsed = parseGatewayConfig(content.text, {
    fileName: file,
    environment: processEnvironment(),
    knownProviders: PROVIDERS.prefixes,
  });
  if (!parsed.ok) {
    for (const problem of parsed.problems) process.stderr.write(`error: ${formatProblem(problem)}\n`);
    process.stderr.write(`${file}: ${parsed.problems.length} to fix\n`);
    return 1;
  }
  for (const warning of parsed.warnings) process.stdout.write(`warning: ${formatProblem(warning)}\n`);
  const groups = new Set(parsed.config.deployments.map(({ deployment }) => deployment.modelGroup));
  process.stdout.write(
    `${file}: good; ${parsed.config.deployments.length} deployments in ${groups.size} model groups: ${[...groups].join(', ')}\n`,
  );
  return 0;
}

void check(process.argv[2]).then((code) => {
  process.exitCode = code;
});
