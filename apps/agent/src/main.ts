import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { announceReady, armFailPoints, createLogger, settingsOrExit, untilAskedToStop } from '@muster/telemetry';
import { Command } from 'commander';
import { startAgent } from './agent.ts';
import { inheritedEnvironment, readConfig, vetoFileOptions } from './config.ts';
import { hostFacts, VERSION } from './host.ts';
import { loadIdentity } from './identity.ts';
import { layoutOf } from './install/layout.ts';
import { systemctlFor } from './install/systemd.ts';
import { keepAuthority, trustKeptAuthority } from './trusted-authority.ts';

// what registers, installs and removes is loaded when it is asked for: an agent that runs does without
const config = settingsOrExit(readConfig);
armFailPoints(config.failPoints);
const program = new Command('muster-agent').description('Runs commands on this machine for Muster.').version(VERSION);
program.addHelpText(
  'after',
  `
What this machine refuses, whoever asks, is said in ${config.vetoFile} (JSON, owned by root; MUSTER_AGENT_VETO_FILE names another one):
  { "users": { "allow": ["deploy"] }, "scripts": { "deny": ["mkfs"] } }    or    { "readOnly": true }
Also: "commandTypes", "hours", "sessions": false. It is read again for every order; one that cannot be read, trusted or understood refuses everything.`,
);

program
  .command('register')
  .description('make a key for this machine and trade a register code for its identity')
  .requiredOption('--server <url>', 'where the gateway is')
  .requiredOption('--code-id <uuid>', "the register code's id")
  .option('--code-value <hex>', "the register code's secret; other users may see it in the list of processes")
  .option('--code-value-file <file>', 'file that holds the secret')
  .option('--host-name <name>', 'what the machine calls itself; its host name by default')
  .option('--again', 'give up the identity that this machine has')
  .option(
    '--ca <file>',
    "the authority of the gateway's and the bus's certificate, PEM; the agent then believes no other",
  )
  .option('--data-dir <dir>', 'folder of identity and journal', config.dataDir)
  .action(async ({ server, codeId, hostName, dataDir, again, ca, ...given }) => {
    const codeValue = await secretOf(given);
    if (codeValue === undefined) return program.error('give either --code-value or --code-value-file');
    if (ca !== undefined) await keepAuthority(dataDir, ca);
    trustKeptAuthority(dataDir);
    const { register } = await import('./register.ts');
    const { instanceId, instanceName } = await register({ server, codeId, codeValue, hostName, dataDir, again });
    console.log(`registered as ${instanceId} (${instanceName})`);
  });

program
  .command('install')
  .description('put this program in place, register the machine and start the agent; done again, it upgrades')
  .option('--server <url>', 'where the gateway is')
  .option('--code-id <uuid>', "the register code's id")
  .option('--code-value <hex>', "the register code's secret; other users may see it in the list of processes")
  .option('--code-value-file <file>', 'file that holds the secret')
  .option('--host-name <name>', 'what the machine calls itself; its host name by default')
  .option('--register-again', 'give up the identity that this machine has')
  .option(
    '--ca <file>',
    "the authority of the gateway's and the bus's certificate, PEM; the agent then believes no other",
  )
  .option('--prefix <dir>', 'install below this folder instead of /, without systemd', config.prefix)
  .option('--data-dir <dir>', 'folder of identity and journal; var/lib/muster-agent below the prefix by default')
  .option('--no-start', 'do not start the agent')
  .option('--allow-downgrade', 'put this program in the place of a newer one')
  .action(async ({ prefix, dataDir, start, registerAgain, ca, allowDowngrade, ...given }) => {
    const secret = await secretOf(given);
    const { server, codeId, hostName } = given;
    const asked = server !== undefined && codeId !== undefined && secret !== undefined;
    const layout = layoutOf(resolve(prefix), dataDir && resolve(dataDir));
    if (ca !== undefined) await keepAuthority(layout.data, ca);
    trustKeptAuthority(layout.data);
    const { install } = await import('./install/install.ts');
    await install({
      layout,
      source: import.meta.dirname,
      version: VERSION,
      allowDowngrade: allowDowngrade === true,
      node: process.execPath,
      start,
      systemctl: systemctlFor(layout.prefix),
      say: (line) => console.log(line),
      ...(asked
        ? { registration: { server, codeId, codeValue: secret, hostName, again: registerAgain === true } }
        : {}),
    });
  });

program
  .command('uninstall')
  .description('stop the agent and remove it; running scripts go on')
  .option('--keep-data', 'keep identity and journal: installed again, the machine is the same one')
  .option('--prefix <dir>', 'the folder that it was installed below', config.prefix)
  .option('--data-dir <dir>', 'folder of identity and journal, as at its installation')
  .action(async ({ prefix, dataDir, keepData }) => {
    const layout = layoutOf(resolve(prefix), dataDir && resolve(dataDir));
    const { uninstall } = await import('./install/uninstall.ts');
    await uninstall({
      layout,
      keepData: keepData === true,
      systemctl: systemctlFor(layout.prefix),
      say: (line) => console.log(line),
    });
  });

program
  .command('run')
  .description('connect and run what Muster sends, until SIGTERM')
  .option('--data-dir <dir>', 'folder of identity and journal', config.dataDir)
  .action(async ({ dataDir }) => {
    const asked = untilAskedToStop();
    trustKeptAuthority(dataDir);
    const identity = await loadIdentity(dataDir);
    const logger = createLogger('agent', config.logLevel).child({ instanceId: identity.instanceId });
    await using agent = await startAgent({
      ...config,
      dataDir,
      identity,
      logger,
      host: hostFacts(identity.hostName),
      inherited: inheritedEnvironment(config),
      veto: vetoFileOptions(config),
    });
    void agent.connected.then(() => announceReady({ instanceId: identity.instanceId }));
    await asked;
  });

/** The register code's value, from wherever it was given. */
async function secretOf(given: { codeValue?: string; codeValueFile?: string }): Promise<string | undefined> {
  const { codeValue, codeValueFile } = given;
  if (codeValue !== undefined && codeValueFile !== undefined)
    program.error('give either --code-value or --code-value-file');
  return codeValueFile === undefined ? codeValue : (await readFile(codeValueFile, 'utf8')).trim();
}

/** The bundle is CommonJS, which has no await of its own. */
async function main(): Promise<never> {
  try {
    await program.parseAsync();
  } catch (error) {
    console.error(`muster-agent: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
  // everything is closed by now, but for an attempt to reach the bus, which the library would go on with for ever
  process.exit();
}

void main();
