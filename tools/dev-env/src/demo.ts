import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { runCli } from './cli.ts';
import type { Constellation } from './constellation.ts';

const CONTEXT = 'demo';

const SHELL = `for step in 1 2 3; do
  echo "step $step of 3 on \${HOSTNAME:-this machine}, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || uptime)"
  sleep 0.4
done`;

const PYTHON = `import platform, shutil, time
print("python", platform.python_version(), flush=True)
time.sleep(0.3)
disk = shutil.disk_usage("/")
print(f"disk: {disk.free / disk.total:.0%} of {disk.total / 2**30:.0f} GiB free")
`;

const STORED = `echo "checking {{service}} with a limit of {{limit}} ms"
printf 'the same value, safe from injection: %s\\n' "$MUSTER_PARAM_SERVICE"`;

const FAILING = `echo 'about to look for a file that is not there'
cat /does/not/exist`;

interface Step {
  readonly title: string;
  readonly args: readonly string[];
  /** The exit code that tells the truth. */
  readonly expect: number;
}

/** Runs Muster's main job through its own CLI and says whether everything ended as it should. */
export async function runDemo(constellation: Constellation): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-demo-'));
  try {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const name = `check-service-${Date.now().toString(36)}`;
    const steps: Step[] = [
      { title: 'three machines, registered with a real code', args: ['instance', 'list'], expect: 0 },
      {
        title: 'a shell script on all of them, live',
        args: ['run', '-f', file('load.sh', SHELL), '-t', 'web-*'],
        expect: 0,
      },
      { title: 'a Python script', args: ['run', '-f', file('disk.py', PYTHON), '-t', 'web-*'], expect: 0 },
      {
        title: 'a stored command with parameters',
        args: [
          'command',
          'create',
          name,
          '-f',
          file('check.sh', STORED),
          '--param',
          'limit=250',
          '--param',
          'service=none',
        ],
        expect: 0,
      },
      {
        title: 'and its run',
        args: ['invoke', name, '-t', 'web-1,web-2', '--param', 'service=nginx; echo injected?'],
        expect: 0,
      },
      { title: 'a script that fails says so', args: ['run', '-f', file('fail.sh', FAILING), '-t', 'web-3'], expect: 2 },
      { title: 'the history', args: ['ps'], expect: 0 },
    ];
    const surprises: string[] = [];
    for (const { title, args, expect } of steps) {
      process.stdout.write(
        `\n${pc.bold(`── ${title}`)}\n${pc.dim(`$ muster ${args.map(quote).join(' ').replaceAll(`${folder}/`, '')}`)}\n`,
      );
      const code = await runCli(constellation, args, { context: CONTEXT });
      if (code !== expect) surprises.push(`${title}: exit code ${code}, expected ${expect}`);
    }
    process.stdout.write(
      surprises.length === 0
        ? `\n${pc.green('✔')} everything ended as it should\n`
        : `\n${pc.red('✘')} not as expected:\n${surprises.map((line) => `  ${line}\n`).join('')}`,
    );
    process.stdout.write(`
  console      ${constellation.url}
  credentials  ${constellation.rootCredentialsFile}
  try next     ./muster run 'df -h /' -t 'web-*'
               ./muster logs last
               ./muster command list
`);
    return surprises.length === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function quote(arg: string): string {
  return /^[\w./,=-]+$/.test(arg) ? arg : `'${arg}'`;
}
