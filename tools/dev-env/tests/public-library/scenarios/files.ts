import { freePort } from '../free-port.ts';
import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

const WEB = await freePort();

export const files: readonly Scenario[] = [
  onDebian(
    'finds what is big',
    look(
      'mkdir -p "/srv/big/a b" && truncate -s 30M "/srv/big/a b/huge file" && head -c 3000000 /dev/zero >/srv/big/small',
    ),
    run(
      'biggest-files',
      { folder: '/srv/big', 'min-size-mb': '2' },
      { says: /30\.0 MB .*\/srv\/big\/a b\/huge file\n +2\.9 MB .*small$/m },
    ),
    run('biggest-files', { folder: '/srv/big', 'min-size-mb': '2', count: '1' }, { says: /huge file/, never: /small/ }),
    run('biggest-files', { folder: '/srv/big', 'min-size-mb': '31' }, { says: /no file above 31 MB/ }),
    run('biggest-files', { folder: '/srv/none' }, { exit: 1, says: /no folder \/srv\/none/ }),
    run('biggest-files', { folder: 'srv' }, { exit: 2, says: /absolute path/ }),
    run(
      'biggest-folders',
      { folder: '/srv/big', depth: '1' },
      { says: /2\.9 MB {2}\/srv\/big\n +\d.*\/srv\/big\/a b$/m },
    ),
    run('biggest-folders', { folder: '/srv/big', depth: '0' }, { exit: 2, says: /depth must be/ }),
  ),
  onDebian(
    'packs a folder and keeps the newest archives',
    look('mkdir -p "/srv/site data" && echo hello >"/srv/site data/page"'),
    run(
      'folder-backup',
      { folder: '/srv/site data', keep: '2' },
      { says: /written \/var\/backups\/muster\/srv_site_data-\d{8}T\d{6}\.\d{3}Z\.tar\.gz/ },
    ),
    run('folder-backup', { folder: '/srv/site data/', keep: '2' }, { never: /removed/ }),
    run('folder-backup', { folder: '/srv/site data', keep: '2' }, { says: /removed .*srv_site_data-/ }),
    look(
      'cd /var/backups/muster; ls -l | wc -l; tar -xOzf "$(ls | head -n 1)" "site data/page"; stat -c %a ./*.gz',
      /^3\nhello\n600\n600\n$/,
    ),
    run('folder-backup', { folder: '/srv/none' }, { exit: 1, says: /no folder/ }),
    run('folder-backup', { folder: '/srv/site data', target: '/srv/site data/in' }, { exit: 2, says: /inside/ }),
    run('folder-backup', { folder: '/' }, { exit: 2, says: /whole machine/ }),
    run('folder-backup', { folder: '/srv/site data', target: '/proc/none' }, { exit: 1, says: /cannot be made/ }),
  ),
  onDebian(
    'downloads what it can check',
    look(
      `mkdir /srv/web && echo hello >/srv/web/file && (cd /srv/web && setsid python3 -m http.server ${WEB} --bind 127.0.0.1 >/dev/null 2>&1 &)`,
    ),
    run('wait-for-port', { port: `${WEB}` }, { says: /127\.0\.0\.1 port \d+ is open/ }),
    run(
      'download-file',
      { url: `http://127.0.0.1:${WEB}/file`, target: '/srv/got/file' },
      { says: /6 bytes, SHA-256 5891b5b522d5df08/ },
    ),
    run(
      'download-file',
      {
        url: `http://127.0.0.1:${WEB}/file`,
        target: '/srv/got/file',
        sha256: '5891B5B522D5DF086D0FF0B110FBD9D21BB4FC7163AF34D08286A2E846F6BE03',
        mode: '600',
      },
      { says: /there already/ },
    ),
    look('stat -c %a /srv/got/file; cat /srv/got/file', /^600\nhello\n$/),
    run(
      'download-file',
      { url: `http://127.0.0.1:${WEB}/file`, target: '/srv/got/file', sha256: '0'.repeat(64) },
      { exit: 1, says: /expected was 0{64}; \/srv\/got\/file is as it was/ },
    ),
    run(
      'download-file',
      { url: `http://127.0.0.1:${WEB}/none`, target: '/srv/got/none' },
      { exit: 1, says: /download failed/ },
    ),
    look('ls -A /srv/got', /^file\n$/),
    run(
      'download-file',
      { url: 'file:///etc/shadow', target: '/srv/got/x' },
      { exit: 2, says: /must begin with http/ },
    ),
    run('download-file', { url: `http://127.0.0.1:${WEB}/file`, target: '/srv/got' }, { exit: 2, says: /is a folder/ }),
    run('http-check', { url: `http://127.0.0.1:${WEB}/file`, contains: 'hello' }, { says: /200/ }),
    run('http-check', { url: `http://127.0.0.1:${WEB}/none` }, { exit: 1, says: /404/ }),
    run('http-check', { url: `http://127.0.0.1:${WEB}/none`, 'expected-status': '404' }),
    run('http-check', { url: `http://127.0.0.1:${WEB}/file`, contains: 'goodbye' }, { exit: 1, says: /does not hold/ }),
    run('http-check', { url: 'http://127.0.0.1:1/' }, { exit: 1, says: /refused/ }),
    run('http-check', { url: 'file:///etc/passwd' }, { exit: 2, says: /must begin with http/ }),
    run('stop-processes', { program: 'no-such-thing' }, { says: /does not run/ }),
  ),
  onRedHat(
    'says that it has no program to download with',
    run('download-file', { url: 'http://127.0.0.1:1/', target: '/tmp/x' }, { exit: 3, says: /neither curl nor wget/ }),
  ),
  onDebian(
    'removes old files only when told to',
    look(
      'mkdir -p /srv/old/in && touch -d "40 days ago" /srv/old/a.log /srv/old/in/b.log /srv/old/c.txt && touch /srv/old/new.log',
    ),
    run(
      'remove-old-files',
      { folder: '/srv/old', pattern: '*.log' },
      { says: [/would remove 2 files/, /\/srv\/old\/in\/b\.log/] },
    ),
    look('ls /srv/old', /^a\.log\nc\.txt\nin\nnew\.log\n$/),
    run('remove-old-files', { folder: '/srv/old', pattern: '*.log', 'dry-run': 'no' }, { says: /removed 2 files/ }),
    look('find /srv/old -type f | sort', /^\/srv\/old\/c\.txt\n\/srv\/old\/new\.log\n$/),
    run('remove-old-files', { folder: '/usr/share', 'dry-run': 'no' }, { exit: 2, says: /the system lives in/ }),
    run('remove-old-files', { folder: '/srv/../usr/lib', 'dry-run': 'no' }, { exit: 2, says: /the system lives in/ }),
    run('remove-old-files', { folder: '/srv/old', days: '0' }, { exit: 2 }),
  ),
];
