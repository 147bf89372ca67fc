import { processEnvironment, renderJsonSchema } from '@gateway/config';
import { checkFile } from './check-file';
import { readArguments, USAGE } from './read-arguments';
import { reportAsJson, reportForPeople } from './report';

/** Exit codes: 0 good, 1 something to fix, 2 not understood. */
async function run(args: readonly string[]): Promise<number> {
  const wish = readArguments(args);
  switch (wish.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'misunderstood':
      process.stderr.write(`${wish.reason}\n\n${USAGE}`);
      return 2;
    case 'schema':
      process.stdout.write(renderJsonSchema());
      return 0;
    case 'check': {
      const verdict = await checkFile(wish.file, wish.what);
      const isGood = verdict.problems.length === 0 && !(wish.isStrict && verdict.warnings.length > 0);
      if (wish.asJson) reportAsJson({ ...verdict, isGood });
      else reportForPeople({ ...verdict, isGood }, { hasColours: hasColours() });
      return isGood ? 0 : 1;
    }
  }
}

/** As https://no-color.org asks. */
function hasColours(): boolean {
  const { NO_COLOR: refused } = processEnvironment();
  return (refused === undefined || refused === '') && process.stdout.isTTY === true && process.stderr.isTTY === true;
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 70;
  },
);
