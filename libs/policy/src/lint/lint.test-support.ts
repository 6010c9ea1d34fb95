import { type Finding, type LintOptions, lintPolicy } from '../index.ts';

/** A statement about which the linter has nothing to say. */
export const RULE = { effect: 'allow', action: 'tat:DescribeRegions', resource: '*' };
export const COMMANDS = 'qcs::tat:ap-guangzhou::command/*';
export const INSTANCES = 'qcs::cvm:ap-guangzhou::instance/*';

export function policyText(statement: unknown): string {
  return JSON.stringify({ version: '2.0', statement });
}

export function lint(statement: unknown, options?: LintOptions): readonly Finding[] {
  return lintPolicy(policyText(statement), options).findings;
}

/** The code and the path of each finding. */
export function short(statement: unknown, options?: LintOptions): string[] {
  return lint(statement, options).map(({ code, path }) => `${code} ${path}`);
}
