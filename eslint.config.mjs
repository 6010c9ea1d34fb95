// Who may import whom, and what pure code may not touch. Everything else is Biome's.
// Run it through nx (`npm run verify`): without a cached project graph the nx rule skips itself and says nothing;
// the canaries in tools/lint prove that it did not.
import nx from '@nx/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/*.test-support.ts', '**/*.contract.ts', '**/tests/**'];
const IO = ['kysely', 'better-sqlite3', 'nats', '@nats-io/*', '@grpc/*', '@connectrpc/*', 'node:*'];
const TESTKIT = { name: '@muster/testkit', message: 'for tests only' };
const DEEP = { group: ['@muster/*/src/*', '@muster/*/src/**'], message: 'import the package, not its files' };

const layer = (name, may) => ({
  sourceTag: `layer:${name}`,
  onlyDependOnLibsWithTags: may.map((tag) => `layer:${tag}`),
});
/** Inside one app: files of `target` may not import files of `from`. */
const inside = (target, from, message) =>
  from.map((each) => ({ target: `./apps/*/src/${target}/**/*`, from: `./apps/*/src/${each}/**/*`, message }));

export default [
  { ignores: ['**/dist/**', '**/gen/**', '**/reports/**', '**/vite.config.ts', 'tools/lint/canary/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@nx': nx, 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      // without this line import-x cannot read what it resolves, and no-cycle finds nothing
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          banTransitiveDependencies: true,
          allow: [],
          depConstraints: [
            layer('app', ['platform', 'domain', 'contract', 'kernel', 'test']),
            layer('platform', ['platform', 'contract', 'kernel']),
            { ...layer('domain', ['domain', 'kernel']), bannedExternalImports: IO },
            { ...layer('contract', []), allowedExternalImports: ['@bufbuild/*'] },
            { ...layer('kernel', []), bannedExternalImports: IO },
            layer('test', ['test', 'platform', 'domain', 'contract', 'kernel']),
            layer('tool', ['tool', 'app', 'test', 'platform', 'domain', 'contract', 'kernel']),
          ],
        },
      ],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            ...inside('domain', ['!(domain)'], 'domain is pure'),
            ...inside('store', ['handlers', 'consumers', 'timers'], 'the store never calls up'),
            ...inside('handlers', ['consumers', 'timers'], 'doors do not call doors'),
            ...inside('consumers', ['handlers', 'timers'], 'doors do not call doors'),
            ...inside('timers', ['handlers', 'consumers'], 'doors do not call doors'),
          ],
        },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/apps/*/src/**/*.{ts,tsx}', '**/libs/!(testkit)/src/**/*.ts'],
    ignores: TESTS,
    rules: { 'no-restricted-imports': ['error', { paths: [TESTKIT], patterns: [DEEP] }] },
  },
  {
    // one file a process reads the environment
    files: ['**/apps/*/src/**/*.{ts,tsx}', '**/libs/!(testkit)/src/**/*.ts'],
    ignores: [...TESTS, '**/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'only config.ts reads the environment' },
      ],
    },
  },
  {
    // pure code: no I/O, no clock, no chance (the last block that sets a rule wins whole, hence the repeats)
    files: ['**/apps/*/src/domain/**/*.ts', '**/libs/{kernel,policy,command,terminal}/src/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [TESTKIT],
          patterns: [
            DEEP,
            {
              group: [...IO, '@muster/db', '@muster/rpc', '@muster/bus', '@muster/contract'],
              message: 'pure code: pass data in',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
        { object: 'performance', property: 'now' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'take a Clock' },
      ],
    },
  },
];
