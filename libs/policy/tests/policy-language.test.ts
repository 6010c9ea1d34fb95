import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { authorize, compilePolicy, lintPolicy, parsePolicy, type Tags } from '../src/index.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../../docs/policy-language.md');
const pages = [page, read('../../../docs/sessions.md')];

/** A JSON block and the lines under it that say what it does. */
const examples = pages
  .flatMap((text) => [...text.matchAll(/^```json\n([^`]*)```\n((?:- .*\n)*)/gm)])
  .map(([, document, claims]) => ({ document: document!, claims: claims!.trim().split('\n') }));

/** All texts in backticks behind a word of a claim: `on` and `and` name resources. */
function named(claim: string, ...words: string[]): string[] {
  return words.flatMap((word) =>
    [...claim.matchAll(new RegExp(`(?<= ${word} )\`([^\`]+)\``, 'g'))].map(([, text]) => text!),
  );
}

function object<T>(claim: string, word: string): T | undefined {
  const [text] = named(claim, word);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

function outcome(document: string, claim: string): string {
  const asRoot = claim.endsWith(' as root');
  const tags = object<Tags>(claim, 'tagged');
  const context = object<Record<string, string>>(claim, 'with');
  const policies = [{ policyId: 'p', version: 1, compiled: compilePolicy(parsePolicy(document)) }];
  const rootUin = '100000000001';
  const caller = { uin: asRoot ? rootUin : '100000000011', rootUin, appId: '1250000000', isRoot: asRoot, policies };
  const resources = named(claim, 'on', 'and').map((name) => ({ name, ...(tags && { tags }) }));
  expect(resources).not.toEqual([]);
  const action = /^- \w+: `([^`]+)`/.exec(claim)![1]!;
  return authorize(caller, { action, resources, ...(context && { context }) }).allowed ? 'allowed' : 'denied';
}

const texts = (claim: string) => [...claim.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);

describe('docs/policy-language.md, and the policies of docs/sessions.md', () => {
  it('says something checkable of every JSON block', () => {
    expect(examples.length).toBe(pages.join('').split('```json').length - 1);
    expect(examples.length).toBeGreaterThan(20);
  });

  it('decides every ambiguity of CAM section 15', () => {
    const numbers = [...page.matchAll(/^### A(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
  });

  it('lists every code that the linter has', () => {
    const codes = ['../src/lint/finding.ts', '../src/refusals.ts'].flatMap((file) =>
      [...read(file).matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code!),
    );
    const listed = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => texts(line.split(' | ')[0]!));
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !listed.includes(code))).toEqual([]);
  });

  const claims = examples.flatMap(({ document, claims }) => claims.map((claim) => ({ document, claim })));
  it.each(claims)('$claim', ({ document, claim }) => {
    const { findings } = lintPolicy(document, { account: '100000000001' });
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    const warnings = findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code);
    if (claim.startsWith('- refused: ')) {
      expect(errors).toEqual(texts(claim).map((code) => `InvalidParameter.${code}`));
      return;
    }
    expect(errors).toEqual([]);
    if (claim.startsWith('- warns: ')) expect(new Set(warnings)).toEqual(new Set(texts(claim)));
    else expect(`- ${outcome(document, claim)}: `).toBe(/^- \w+: /.exec(claim)![0]);
  });
});
