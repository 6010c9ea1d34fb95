import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inLanguage } from './language.ts';
import { SENTENCES } from './sentences.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FAMILIES = [...new Set(Object.keys(SENTENCES).map((code) => code.split('.')[0]!))];
/** Where codes are put together, and how the last words of them look there. */
const COMPOSED: Readonly<Record<string, RegExp>> = {
  'apps/iam-svc/src/domain/temporary-credential.ts': /'(Strategy\w+|PolicyTooLong|GrantOtherResource)'/g,
  'apps/invocation-svc/src/domain/invoker.ts': /'(Too\w+)'/g,
  'apps/session-svc/src/domain/session-rules.ts': /unfit\(\s*'(Agent\w+)'/g,
  // what it finds refuses nothing
  'libs/policy/src/lint/lint-policy.ts': /^$/g,
  'libs/policy/src/refusals.ts': /\| '(\w+)'/g,
};

/** Every source that can refuse a call, with its path. */
function sources(): [path: string, text: string][] {
  const apps = globSync('apps/{gateway,iam-svc,command-svc,invocation-svc,session-svc}/src/**/*.ts', { cwd: ROOT });
  const libs = globSync('libs/*/src/**/*.ts', { cwd: ROOT }).filter((path) => !/libs\/(contract|testkit)\//.test(path));
  const proto = globSync('proto/**/*.proto', { cwd: ROOT });
  return [...apps, ...libs, ...proto]
    .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('/sentences.ts'))
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]);
}

describe('a sentence', () => {
  it('there is for every code that a refusal can have', () => {
    // where refusals are made, and wherever else something looks like a code: constants, tables, options of fields
    const made = /(?:new Refusal\(\s*'\w+',\s*|\b(?:invalid|notFound)\(\s*|refusal: ")'?([A-Z]\w*(?:\.\w+)?)['"]/g;
    const looksLikeOne = new RegExp(`['"\`]((?:${FAMILIES.join('|')})(?:\\.[A-Z]\\w*)?)['"\`]`, 'g');
    const said = sources().flatMap(([, text]) =>
      [...text.matchAll(made), ...text.matchAll(looksLikeOne)].map(([, code]) => code!),
    );
    expect(said.length).toBeGreaterThan(300);
    expect([...new Set(said)].filter((code) => !Object.hasOwn(SENTENCES, code))).toEqual([]);
  });

  it('there is for every code that is put together', () => {
    const composing = new RegExp(`\`(${FAMILIES.join('|')})\\.\\$\\{`);
    const found = sources().filter(([, text]) => composing.test(text));
    expect(new Set(found.map(([path]) => path))).toEqual(new Set(Object.keys(COMPOSED)));
    const codes = found.flatMap(([path, text]) => {
      const family = composing.exec(text)![1]!;
      return [...text.matchAll(COMPOSED[path]!)].map(([, last]) => `${family}.${last}`);
    });
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !Object.hasOwn(SENTENCES, code))).toEqual([]);
  });

  it('is Chinese, and ends as one', () => {
    for (const sentence of Object.values(SENTENCES)) expect(sentence).toMatch(/\p{Script=Han}.*。$/u);
  });

  it('stands before what exactly is wrong', () => {
    const error = { code: 'InvalidParameterValue.Range', message: 'Timeout must be 1 to 86400, was 0' };
    expect(inLanguage('zh-CN', error)).toBe('参数取值超出范围。（Timeout must be 1 to 86400, was 0）');
    expect(inLanguage('en-US', error)).toBe(error.message);
    expect(inLanguage('zh-CN', { code: 'InvalidParameter.New', message: 'x' })).toBe('参数错误。（x）');
    expect(inLanguage('zh-CN', { code: 'New', message: 'x' })).toBe('x');
  });
});
