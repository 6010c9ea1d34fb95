import { join } from 'node:path';
import { untilAskedToStop } from '@muster/telemetry';
import { Command, InvalidArgumentError } from 'commander';
import { addBackupCommands } from './backup/commands.ts';
import { ROOT, startConstellation } from './constellation.ts';
import { runDemo } from './demo.ts';
import { readyLine } from './ready-line.ts';
import { saveContext } from './save-context.ts';

const whole = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
  return value;
};
const say = (line: string) => process.stderr.write(`muster: ${line}\n`);

const program = new Command('muster').description('all of Muster on this machine');

program
  .command('dev')
  .description('boot nats-server, the services, the gateway and agents, and keep them running until Ctrl-C')
  .option('--agents <n>', 'how many machines', whole(0, 50), 3)
  .option('--port-base <port>', 'gateway on this port, the others on the six after it', whole(1, 65_529))
  .option(
    '--data-dir <dir>',
    'where everything is kept; the same folder again finds all as it was',
    join(ROOT, 'data', 'dev'),
  )
  .option('--tls', 'speak TLS everywhere, with certificates that are made for it')
  .option('--json', 'print one line of JSON on standard output when ready')
  .action(
    async ({
      agents,
      portBase,
      dataDir,
      tls,
      json,
    }: {
      agents: number;
      portBase?: number;
      dataDir: string;
      tls?: boolean;
      json?: boolean;
    }) => {
      const asked = untilAskedToStop();
      await using constellation = await startConstellation({ dataDir, agents, portBase, tls, say });
      if (json) {
        process.stdout.write(`${JSON.stringify(readyLine(constellation))}\n`);
      } else {
        await saveContext(constellation, 'dev');
        say(
          `ready: ${constellation.url} (sign in as ${constellation.root.consoleUser}; the password is in ${constellation.rootCredentialsFile})`,
        );
        say("try:  ./muster run 'uptime' -t 'web-*'");
      }
      await asked;
      say('stopping');
    },
  );

program
  .command('demo')
  .description('boot everything and run the main job on three machines, with live output')
  .option('--once', 'exit after the job: 0 only if every expectation held')
  .option('--data-dir <dir>', 'where everything is kept', join(ROOT, 'data', 'demo'))
  .action(async ({ once, dataDir }: { once?: boolean; dataDir: string }) => {
    const asked = untilAskedToStop();
    await using constellation = await startConstellation({ dataDir, agents: 3, say });
    await saveContext(constellation, 'demo');
    const held = await runDemo(constellation);
    process.exitCode = held ? 0 : 1;
    if (once) return;
    await asked;
    say('stopping');
  });

addBackupCommands(program, { say, dataDir: join(ROOT, 'data', 'dev') });

try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
