import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

/** A copy of sleep under another name, left running. */
const start = (name: string, before = '') =>
  look(`cp /bin/sleep /usr/local/bin/${name} && (${before} setsid ${name} 300 >/dev/null 2>&1 &)`);

export const processes: readonly Scenario[] = [
  onDebian(
    'lists its largest processes',
    run('largest-processes', { count: '3' }, { says: /^ +PID USER .*\n.*node/m }),
    run('largest-processes', { by: 'cpu' }, { says: /%CPU/ }),
    run('largest-processes', { by: 'size' }, { exit: 2, says: /by must be memory or cpu, was size/ }),
  ),
  onRedHat('says that it has no ps', run('largest-processes', {}, { exit: 3, says: /ps is not installed/ })),
  onDebian(
    'lists zombies with their parents',
    look(`setsid python3 -c 'import os, time; os.fork() or os._exit(0); os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT); open("/srv/zombie", "w"); time.sleep(300)' >/dev/null 2>&1 &
      until [ -e /srv/zombie ]; do sleep 0.1; done`),
    run('zombie-processes', { max: '9' }, { says: /\d+ +\d+ python3 +python3/ }),
    run('zombie-processes', {}, { exit: 1, says: /zombie processes, more than 0/ }),
    run('zombie-processes', { max: 'many' }, { exit: 2 }),
  ),
  onRedHat('has no zombies', run('zombie-processes', {}, { says: /no zombie processes/ })),
  onDebian(
    'shows the environment of a process without its secrets',
    start('environed', 'COLOR=blue DB_PASSWORD=pa55 API_KEY=k3y URL=https://u:pa55@host/'),
    run('wait-for-process', { program: 'environed' }, { says: /environed runs after/ }),
    run(
      'process-environment',
      { process: 'environed' },
      {
        says: [/COLOR=blue/, /DB_PASSWORD=\*{6}\n/, /API_KEY=\*{6}\n/, /URL=https:\/\/u:\*{6}@host/],
        never: /pa55|k3y/,
      },
    ),
    run('process-environment', { process: '1' }, { says: /process 1 \(/ }),
    run('process-environment', { process: 'no-such-thing' }, { exit: 1, says: /no process is no-such-thing/ }),
    run('process-environment', { process: '' }, { exit: 2 }),
  ),
  onDebian(
    'waits for a program to come and to go',
    run('wait-for-process', { program: 'comes-and-goes', seconds: '1' }, { exit: 1, says: /does not run after 1 s/ }),
    start('comes-and-goes'),
    run('wait-for-process', { program: 'comes-and-goes' }, { says: /comes-and-goes runs after/ }),
    run(
      'wait-for-process',
      { program: 'comes-and-goes', state: 'gone', seconds: '1' },
      { exit: 1, says: /still runs/ },
    ),
    run('stop-processes', { program: 'comes-and-goes' }, { says: /ended comes-and-goes: \d+\n$/ }),
    run('wait-for-process', { program: 'comes-and-goes', state: 'gone' }, { says: /gone after 0 s/ }),
    run('wait-for-process', { program: 'x', state: 'asleep' }, { exit: 2 }),
  ),
  onDebian(
    'kills what does not listen, but never what runs it',
    look(
      `cp /bin/sh /usr/local/bin/stubborn && (setsid stubborn -c 'trap "" TERM; : >/srv/stubborn; while :; do sleep 1; done' >/dev/null 2>&1 &)
      until [ -e /srv/stubborn ]; do sleep 0.1; done`,
    ),
    run('wait-for-process', { program: 'stubborn' }),
    run('stop-processes', { program: 'stubborn', 'grace-seconds': '1' }, { says: /killed after 1 s/ }),
    run('stop-processes', { program: 'stubborn' }, { says: /does not run/ }),
    run('stop-processes', { program: 'supervisor.sh', 'grace-seconds': 'x' }, { exit: 2 }),
    run('stop-processes', { program: 'sh' }, { exit: 2, says: /must not be one that runs this command/ }),
  ),
  onDebian(
    'waits for a port',
    run('wait-for-port', { port: '1', seconds: '1' }, { exit: 1, says: /port 1 is still closed after 1 s: .*refused/ }),
    run('wait-for-port', { port: '1', state: 'closed' }, { says: /port 1 is closed/ }),
    run('wait-for-port', { port: '65536' }, { exit: 2, says: /port must be 1 to 65535/ }),
  ),
  onDebian(
    'finds files that are deleted and still there',
    look(`setsid python3 -c 'import os, time; f = open("/srv/gone", "wb"); f.write(bytes(12 << 20)); f.flush(); os.remove("/srv/gone"); open("/srv/held", "w"); time.sleep(300)' >/dev/null 2>&1 &
      until [ -e /srv/held ]; do sleep 0.1; done`),
    run('deleted-open-files', {}, { says: /12\.0 MB {2}python3 +\d+ {2}\/srv\/gone/ }),
    run('deleted-open-files', { 'min-size-mb': '500' }, { says: /no deleted file of 500 MB/ }),
    run('deleted-open-files', { 'min-size-mb': '-1' }, { exit: 2 }),
  ),
];
