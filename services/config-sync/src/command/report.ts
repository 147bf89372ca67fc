import { formatProblem } from '@gateway/config';
import type { FileSummary, Verdict } from './check-file';

interface Report extends Verdict {
  readonly isGood: boolean;
}

/** One object for programs: `{ok, file, problems, warnings, content}`. */
export function reportAsJson({ isGood, file, problems, warnings, content }: Report): void {
  process.stdout.write(`${JSON.stringify({ ok: isGood, file, problems, warnings, content }, null, 2)}\n`);
}

/** A line for each mistake (standard error) and warning (standard output), and one that sums up. */
export function reportForPeople(report: Report, { hasColours }: { readonly hasColours: boolean }): void {
  const { file, problems, warnings, content, isGood } = report;
  const paint = hasColours ? inColour : (text: string) => text;
  for (const warning of warnings) process.stdout.write(`${paint('warning:', YELLOW)} ${formatProblem(warning)}\n`);
  for (const problem of problems) process.stderr.write(`${paint('error:', RED)} ${formatProblem(problem)}\n`);
  if (isGood) process.stdout.write(`${file}: ${paint('good', GREEN)}; ${describe(content)}\n`);
  else process.stderr.write(`${file}: ${paint(`${problems.length || warnings.length} to fix`, RED)}\n`);
}

function describe(content: FileSummary | null): string {
  if (content === null) return 'nothing in it';
  if ('prices' in content) return `${content.prices} prices`;
  const { deployments, modelGroups } = content;
  return `${deployments} deployments in ${modelGroups.length} model groups: ${shortened(modelGroups)}`;
}

const MOST_GROUPS = 20;

function shortened(names: readonly string[]): string {
  if (names.length <= MOST_GROUPS) return names.join(', ');
  return `${names.slice(0, MOST_GROUPS).join(', ')} and ${names.length - MOST_GROUPS} more`;
}

const [RED, GREEN, YELLOW] = [31, 32, 33];

function inColour(text: string, colour: number): string {
  return `\u001b[${colour}m${text}\u001b[0m`;
}
