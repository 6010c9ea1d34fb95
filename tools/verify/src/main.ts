import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import pc from 'picocolors';

/** `./muster test` and `npm run verify`: format, lint, types, proto, docs, builds and every test, through nx and its cache. */
const root = resolve(import.meta.dirname, '..', '..', '..');
// what is quick to say comes first: a red one ends the run, and its reasons are the last lines of the log
const STATICS = ['format', 'proto', 'docs', 'lint', 'typecheck', 'build'];
/** Boots everything again and again, and takes longest: started last, it would keep one core busy and leave the other idle. */
const LONGEST = '@muster/dev-env';
/** Those with minutes of their own come before the others for the same reason. */
const LONG = ['@muster/console', '@muster/agent', '@muster/iam-svc', '@muster/invocation-svc', '@muster/chaos'];

const began = performance.now();
let code = await run(STATICS);
if (code !== 0) {
  process.stdout.write(pc.red(`\n✘ ${STATICS.join(', ')}: the faults are above; no test was run\n`));
  process.exit(code);
}
// what they need is built
const tests = ['--excludeTaskDependencies'];
const inOrder = async () => [
  await run(['test'], [...tests, `--projects=${LONG.join()}`, '--parallel=2']),
  await run(['test'], [...tests, `--exclude=${[LONGEST, ...LONG].join()}`, '--parallel=2']),
];
const codes = await Promise.all([run(['test'], [...tests, `--projects=${LONGEST}`]), inOrder()]);
code = Math.max(...codes.flat());

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
const reports = globSync('{apps,libs,tools}/*/reports/tests.json', { cwd: root })
  .map((file) => join(root, file))
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0);
const failed = sum((report) => report.numFailedTests);
const line = `tests: ${sum((report) => report.numPassedTests)} passed, ${failed} failed, ${sum((report) => report.numPendingTests)} skipped, ${sum((report) => report.numTotalTests)} in all, in ${reports.length} projects, ${((performance.now() - began) / 1000).toFixed(0)} s`;
// a long log hides why it ended red: say it once more, last
for (const file of globSync('{apps,libs,tools}/*/reports/faults.txt', { cwd: root }))
  process.stdout.write(pc.red(`\n${file}\n`) + readFileSync(join(root, file), 'utf8'));
for (const name of failures()) process.stdout.write(pc.red(`failed: ${name}\n`));
process.stdout.write(`\n${code === 0 && failed === 0 ? pc.green(`✔ ${line}`) : pc.red(`✘ ${line}`)}\n`);
process.exitCode = code === 0 && failed > 0 ? 1 : code;

/** Every project's targets, unless `options` of nx say otherwise; gives its exit status. */
async function run(targets: readonly string[], options: readonly string[] = []): Promise<number> {
  const noCache = process.argv.includes('--no-cache') ? ['--skip-nx-cache'] : [];
  const child = spawn('nx', ['run-many', '-t', ...targets, '--output-style=stream', ...options, ...noCache], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
  });
  return new Promise<number>((done) => {
    child.once('error', () => done(1));
    child.once('exit', (status) => done(status ?? 1));
  });
}

/** Every failed test, as `file: name`. */
function failures(): string[] {
  return reports.flatMap(({ testResults }) =>
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
    ),
  );
}
