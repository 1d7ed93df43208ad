import type * as z from 'zod';
import { fieldName, valueAt } from './settings-index.ts';

/** Explains to users what zod found wrong with a run config: `--batch-size 0: it must be 1 or more`. */
export function explainConfigIssue(error: z.ZodError, config: unknown): string {
  const issue = error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    return `unknown option "${[...issue.path, issue.keys[0]].join('.')}"`;
  }
  return `${fieldName(issue.path)} ${show(valueAt(config, issue.path))}: it must be ${wanted(issue)}`;
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.inclusive === false ? `more than ${issue.minimum}` : `${issue.minimum} or more`;
    case 'too_big':
      return issue.inclusive === false ? `less than ${issue.maximum}` : `${issue.maximum} or less`;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    default:
      return issue.message;
  }
}

const kinds: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  tuple: 'height and width',
};

function show(value: unknown): string {
  if (value === undefined) return 'is missing';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
