import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

/** A public key that ssh-keygen accepts. */
function publicKey(fill: number): string {
  const part = (bytes: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const body = Buffer.concat([part(Buffer.from('ssh-ed25519')), part(Buffer.alloc(32, fill))]);
  return `ssh-ed25519 ${body.toString('base64')}`;
}
const ADAS = `${publicKey(7)} ada@example.com`;
const OTHER = `${publicKey(8)} other`;
const PASSWORD = `s3cr3t'"$(id)\\ &;`;

export const users: readonly Scenario[] = [
  onDebian(
    'makes, locks and removes users, with passwords and keys',
    run(
      'user-create',
      { name: 'ada', 'full-name': 'Ada L', groups: 'staff' },
      { says: [/ada is made/, /uid=1000\(ada\).*50\(staff\)/] },
    ),
    look('getent passwd ada; stat -c %U /home/ada', /^ada:x:1000:1000:Ada L:\/home\/ada:\/bin\/bash\nada\n$/),
    run('user-create', { name: 'ada', groups: 'sudo' }, { says: [/there already/, /27\(sudo\)/, /50\(staff\)/] }),
    run('user-create', { name: 'bob', groups: 'no-such' }, { exit: 1, says: /no group no-such/ }),
    run('user-create', { name: 'Bob;' }, { exit: 2, says: /name must be/ }),
    run('user-create', { name: 'bob', shell: '/no/such' }, { exit: 2, says: /no program \/no\/such/ }),
    run('user-create', { name: 'bob', 'full-name': 'a:b' }, { exit: 2 }),

    run(
      'user-password',
      { name: 'ada', password: PASSWORD },
      { says: /password of ada is set\n$/, never: /s3cr3t|shows the/ },
    ),
    look('getent shadow ada | cut -d : -f 2', /^\$/),
    run('user-password', { name: 'ada', password: PASSWORD, 'must-change': 'yes' }, { says: /must be changed/ }),
    look('getent shadow ada | cut -d : -f 3', /^0\n$/),
    run('user-password', { name: 'ada', password: '' }, { exit: 2, says: /password is required/ }),
    run('user-password', { name: 'ada', password: 'x\nroot:x' }, { exit: 2, says: /control characters/ }),
    run('user-password', { name: 'no-such', password: PASSWORD }, { exit: 1, says: /no user no-such/ }),

    run('ssh-key-add', { user: 'ada', key: ADAS }, { says: /key is added/ }),
    run('ssh-key-add', { user: 'ada', key: ADAS }, { says: /there already/ }),
    look(`printf '# mine\\nno-pty ${OTHER}' >>/home/ada/.ssh/authorized_keys`),
    run('ssh-key-add', { user: 'ada', key: `${publicKey(9)} third` }, { says: /key is added/ }),
    look(
      'stat -c "%U %a" /home/ada/.ssh /home/ada/.ssh/authorized_keys; wc -l </home/ada/.ssh/authorized_keys',
      /^ada 700\nada 600\n4\n$/,
    ),
    run('ssh-key-add', { user: 'ada', key: 'ssh-ed25519' }, { exit: 2 }),
    run('ssh-key-add', { user: 'ada', key: `command="reboot" ${ADAS}` }, { exit: 2 }),
    run('ssh-key-add', { user: 'no-such', key: ADAS }, { exit: 1, says: /no user no-such/ }),
    run(
      'ssh-keys-list',
      { user: 'ada' },
      { says: [/^ada ssh-ed25519 SHA256:\S{43} ada@example\.com$/m, /^ada .* other \[no-pty\]$/m, /^3 keys$/m] },
    ),
    run('ssh-keys-list', {}, { says: /^3 keys$/m }),
    run('ssh-keys-list', { user: 'no-such' }, { exit: 1, says: /no user no-such/ }),
    run('ssh-key-remove', { user: 'ada', key: OTHER }, { says: /key is removed/ }),
    run('ssh-key-remove', { user: 'ada', key: OTHER }, { says: /not there/ }),
    look('cat /home/ada/.ssh/authorized_keys', /^ssh-ed25519 \S+ ada@example\.com\n# mine\nssh-ed25519 \S+ third\n$/),
    run('ssh-key-remove', { user: 'nobody', key: OTHER }, { says: /nobody has no keys/ }),
    run('ssh-key-remove', { user: 'ada', key: 'x' }, { exit: 2 }),
    look(
      'echo secret >/root/secret; rm -r /home/ada/.ssh; mkdir /home/ada/.ssh; ln -s /root/secret /home/ada/.ssh/authorized_keys; chown -R -h ada /home/ada/.ssh',
    ),
    run('ssh-key-add', { user: 'ada', key: ADAS }, { exit: 1, says: /could not be written/ }),
    look('cat /root/secret', /^secret\n$/),

    run('user-lock', { name: 'ada' }, { says: /ada is locked/ }),
    look('getent shadow ada | cut -d : -f 2,8', /^!\$.*:1\n$/),
    run('user-lock', { name: 'ada', state: 'unlocked' }, { says: /ada is unlocked/ }),
    look('getent shadow ada | cut -d : -f 2,8', /^\$.*:\n$/),
    run('user-lock', { name: 'root' }, { exit: 2, says: /nobody could undo this/ }),
    run('user-lock', { name: 'no-such' }, { exit: 1 }),

    run('account-audit', {}, { says: [/ada +uid 1000 +password +\/bin\/bash/, /nothing found/] }),
    look("sed -i '/^ada:/s/:[^:]*/:/' /etc/shadow; echo 'toor:x:0:0::/root:/bin/sh' >>/etc/passwd"),
    run(
      'account-audit',
      {},
      { exit: 1, says: [/toor is root by another name/, /ada needs no password/, /EMPTY PASSWORD/] },
    ),
    look("sed -i '/^toor:/d' /etc/passwd"),

    look('cp /bin/sleep /usr/local/bin/of-ada && (setsid runuser -u ada -- of-ada 300 >/dev/null 2>&1 &)'),
    run('wait-for-process', { program: 'of-ada' }),
    run('user-remove', { name: 'ada' }, { exit: 1, says: /ada still runs processes/ }),
    run('stop-processes', { program: 'of-ada' }),
    run('user-remove', { name: 'ada', 'remove-home': 'yes' }, { says: /ada is removed, with \/home\/ada/ }),
    look('! getent passwd ada; ls /home', /^$/),
    run('user-remove', { name: 'ada' }, { says: /no user ada/ }),
    run('user-create', { name: 'eve' }),
    run('user-remove', { name: 'eve' }, { says: /eve is removed, \/home\/eve is still there/ }),
    run('user-remove', { name: 'root' }, { exit: 2, says: /belongs to the system/ }),
  ),
  onDebian(
    'checks the rules of sudo',
    run(
      'sudoers-check',
      {},
      {
        says: [/parsed OK/, /group sudo: grace/, /sudoers:3: root ALL/, /deploy:1: deploy .*NOPASSWD/],
        never: /comment|env_reset/,
      },
    ),
    look('echo broken >/etc/sudoers.d/broken'),
    run('sudoers-check', {}, { exit: 1, says: [/syntax error/, /the rules have errors/] }),
  ),
  onRedHat('says that it has no sudo', run('sudoers-check', {}, { exit: 3, says: /sudo is not installed/ })),
  onDebian(
    'counts failed logins',
    look(`for user in root root ada; do printf '%s debian sshd[7]: Failed password for %s from 192.0.2.9 port 7 ssh2\\n' "$(date '+%b %e %T')" "$user"; done >/var/log/auth.log
      echo 'Jan  1 00:00:00 debian sshd[7]: Accepted password for root from 192.0.2.9 port 7 ssh2' >>/var/log/auth.log
      echo "$(date --iso-8601=seconds) debian sshd[7]: Failed password for invalid user oracle from 192.0.2.8 port 7 ssh2" >>/var/log/auth.log`),
    run(
      'failed-logins',
      {},
      {
        says: [
          /^4 failed logins in 24 hours, says \/var\/log\/auth\.log$/m,
          /^ +2 {2}root$/m,
          /^ +1 {2}oracle$/m,
          /^ +3 {2}192\.0\.2\.9$/m,
        ],
      },
    ),
    look(
      `python3 -c 'import struct, time; print(end="") or open("/var/log/btmp", "wb").write(b"".join(struct.pack("<hxxi32s4s32s256shhiii16s20x", 6, 1, b"ssh", b"", user, b"192.0.2.3", 0, 0, 0, at, 0, b"") for user, at in ((b"new", int(time.time())), (b"old", 1000))))'`,
    ),
    run(
      'failed-logins',
      {},
      { says: [/^1 failed logins in 24 hours, says \/var\/log\/btmp$/m, /1 {2}new$/m], never: /old/ },
    ),
    run('failed-logins', { hours: '0' }, { exit: 2, says: /hours must be 1 to 8760/ }),
  ),
  onRedHat('says that it keeps no record of logins', run('failed-logins', {}, { exit: 3, says: /keeps no record/ })),
];
