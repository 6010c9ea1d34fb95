import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDirectory } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { commandText, NODE_FLAGS, unitText } from './files.ts';
import { layoutOf } from './layout.ts';

const plain = { node: '/opt/muster-agent/bin/node', main: '/opt/muster-agent/main.cjs', data: '/var/lib/muster-agent' };

describe('the unit', () => {
  it('starts the agent once the network is there, again and again, and leaves scripts alone', () => {
    const unit = unitText({ ...plain, prefix: '/' });
    for (const line of [
      'After=network-online.target',
      'Restart=always',
      'StartLimitIntervalSec=0',
      'KillMode=process',
      `ExecStart=/opt/muster-agent/bin/node ${NODE_FLAGS.join(' ')} /opt/muster-agent/main.cjs run --data-dir /var/lib/muster-agent`,
      'WantedBy=multi-user.target',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
    // whatever confines the agent confines the commands that administrators send
    expect(unit).not.toMatch(/^(Protect|Private|NoNewPrivileges|ReadOnly|Capability|SystemCall|Memory|User=)/m);
  });

  it('names places with blanks, percent and dollar signs as they are', () => {
    const { main, data } = layoutOf('/srv/a "b" 100% $HOME');
    const unit = unitText({ ...plain, main, data, prefix: '/' });
    expect(unit).toContain(String.raw`"/srv/a \"b\" 100%% $$HOME/opt/muster-agent/main.cjs"`);
  });

  it.runIf(has('systemd-analyze'))('is sound to systemd', () => {
    using folder = tempDirectory('muster-unit-');
    const layout = layoutOf(folder.path);
    // it looks for what is to be started
    mkdirSync(layout.program, { recursive: true });
    writeFileSync(layout.main, '');
    const unit = join(folder.path, 'muster-agent.service');
    writeFileSync(unit, unitText({ node: process.execPath, main: layout.main, data: layout.data, prefix: '/' }));
    const said = execFileSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8', stdio: 'pipe' });
    expect(said).toBe('');
  });
});

it('the command hands its arguments on, wherever it was installed', () => {
  using folder = tempDirectory("muster's command-");
  const command = join(folder.path, 'command');
  const main = join(folder.path, 'main.cjs');
  writeFileSync(
    main,
    `console.log(JSON.stringify([process.argv.slice(2), process.env.MUSTER_AGENT_PREFIX, process.env.MUSTER_AGENT_DATA_DIR]))`,
  );
  writeFileSync(command, commandText({ node: process.execPath, main, data: "/da'ta", prefix: '/pre fix' }), {
    mode: 0o755,
  });
  const said = execFileSync(command, ['run', 'a b', '$x'], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([['run', 'a b', '$x'], '/pre fix', "/da'ta"]);
});

it.runIf(has('shellcheck'))('the script for new machines is plain shell without a fault', () => {
  const script = fileURLToPath(new URL('./install.sh', import.meta.url));
  expect(execFileSync('shellcheck', [script], { encoding: 'utf8' })).toBe('');
});

function has(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
}
