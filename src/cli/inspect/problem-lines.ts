import { type Problem, type ProblemKind, problemAdvice } from '../../data/inspection/problem.ts';
import { formatCount } from '../format.ts';

const filesShown = 5;

/** What is wrong, kind by kind, with file names and what mends it; `folder` is quoted for a shell. */
export function problemLines(problems: readonly Problem[], folder: string): string[] {
  if (problems.length === 0) return ['  Nothing is wrong with it'];
  const kinds = [...new Set(problems.map(({ kind }) => kind))];
  const lines = kinds.flatMap(kind =>
    linesOfKind(
      kind,
      problems.filter(each => each.kind === kind),
    ),
  );
  const mendable = kinds.some(kind => problemAdvice[kind].mended !== null);
  const next = `  Write a mended copy: npx pix2pix inspect ${folder} --fix NEW`;
  return ['  Problems:', ...lines, ...(mendable ? [next] : [])];
}

function linesOfKind(kind: ProblemKind, problems: readonly Problem[]): string[] {
  const { noun, fix, mended } = problemAdvice[kind];
  const [one, many] = noun;
  const more = problems.length - filesShown;
  return [
    `  - ${formatCount(problems.length)} ${problems.length === 1 ? one : many}: ${fix}${mended ? ` (--fix ${mended})` : ''}`,
    ...problems.slice(0, filesShown).map(problem => `      ${describe(problem)}`),
    ...(more > 0 ? [`      and ${formatCount(more)} more; --json names all`] : []),
  ];
}

function describe({ files, detail, split }: Problem): string {
  if (files.length === 0) return `${split}: ${detail}`;
  const shown = files.slice(0, 4).join(', ');
  return `${shown}${files.length > 4 ? ` and ${files.length - 4} more` : ''}: ${detail}`;
}
