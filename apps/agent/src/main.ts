import { readFile } from 'node:fs/promises';
import { announceReady, createLogger, untilAskedToStop } from '@muster/telemetry';
import { Command } from 'commander';
import { startAgent } from './agent.ts';
import { inheritedEnvironment, readConfig } from './config.ts';
import { hostFacts, VERSION } from './host.ts';
import { loadIdentity } from './identity.ts';
import { register } from './register.ts';

const config = readConfig();
const program = new Command('muster-agent').description('Runs commands on this machine for Muster.').version(VERSION);

program
  .command('register')
  .description('make a key for this machine and trade a register code for its identity')
  .requiredOption('--server <url>', 'where the gateway is')
  .requiredOption('--code-id <uuid>', "the register code's id")
  .option('--code-value <hex>', "the register code's secret; other users may see it in the list of processes")
  .option('--code-value-file <file>', 'file that holds the secret')
  .option('--host-name <name>', 'what the machine calls itself; its host name by default')
  .option('--data-dir <dir>', 'folder of identity and journal', config.dataDir)
  .action(async ({ server, codeId, codeValue, codeValueFile, hostName, dataDir }) => {
    if ((codeValue === undefined) === (codeValueFile === undefined))
      program.error('give either --code-value or --code-value-file');
    const secret = codeValue ?? (await readFile(codeValueFile, 'utf8')).trim();
    const { instanceId, instanceName } = await register({ server, codeId, codeValue: secret, hostName, dataDir });
    console.log(`registered as ${instanceId} (${instanceName})`);
  });

program
  .command('run')
  .description('connect and run what Muster sends, until SIGTERM')
  .option('--data-dir <dir>', 'folder of identity and journal', config.dataDir)
  .action(async ({ dataDir }) => {
    const asked = untilAskedToStop();
    const identity = await loadIdentity(dataDir);
    const logger = createLogger('agent', config.logLevel).child({ instanceId: identity.instanceId });
    await using agent = await startAgent({
      ...config,
      dataDir,
      identity,
      logger,
      host: hostFacts(identity.hostName),
      inherited: inheritedEnvironment(config),
    });
    void agent.connected.then(() => announceReady({ instanceId: identity.instanceId }));
    await asked;
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`muster-agent: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
// everything is closed by now, but for an attempt to reach the bus, which the library would go on with for ever
process.exit();
