import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

export const logs: readonly Scenario[] = [
  onDebian(
    'rotates logs',
    run('log-rotate', {}, { says: /rotated as \/etc\/logrotate\.conf says/ }),
    run('log-rotate', { configuration: 'web' }),
    look('cat /run/stand-in/rotated', /^-f \/etc\/logrotate\.conf\n-f \/etc\/logrotate\.d\/web\n$/),
    run('log-rotate', { configuration: 'none' }, { exit: 1, says: /no \/etc\/logrotate\.d\/none/ }),
    run('log-rotate', { configuration: '../passwd' }, { exit: 2 }),
  ),
  onDebian(
    'cleans the journal',
    run('journal-clean', { days: '7', 'max-size-mb': '100' }, { says: [/freed 8\.0M/, /take up 16\.0M/] }),
    run('journal-clean', { days: '8' }, { exit: 1, says: /could not be cleaned/ }),
    run('journal-clean', { days: '1d' }, { exit: 2, says: /days must be/ }),
  ),
  onRedHat(
    'says what it lacks for logs',
    run('log-rotate', {}, { exit: 3, says: /logrotate is not installed/ }),
    run('journal-clean', {}, { exit: 3, says: /no system journal/ }),
  ),
  onDebian(
    'removes rotated logs only when told to, and only those',
    look(
      'cd /var/log; mkdir old; for name in old/a.log old/a.log.1 old/a.log.2.gz old/messages-20260131 journal/x.gz; do touch -d "40 days ago" "$name"; done; touch old/new.gz',
    ),
    run(
      'old-logs-clean',
      {},
      { says: [/would remove 3 files/, /old\/messages-20260131/], never: /journal|new\.gz|a\.log\n/ },
    ),
    look('ls /var/log/old | wc -l', /^5\n$/),
    run('old-logs-clean', { 'dry-run': 'no' }, { says: /removed 3 files/ }),
    look('ls /var/log/old /var/log/journal', /^\/var\/log\/journal:\nx\.gz\n\n\/var\/log\/old:\na\.log\nnew\.gz\n$/),
    run('old-logs-clean', { days: '0' }, { exit: 2 }),
  ),
  onDebian(
    'searches logs with what was rotated',
    look(
      'cd /var/log/web; echo "1 error" | gzip >log.2.gz; printf "2 error\\n2 fine\\n" >log.1; echo "3 error*" >log; echo "0 error" | gzip >log-20260101.gz; echo "4 error" >log.lock',
    ),
    run(
      'log-search',
      { file: '/var/log/web/log', text: 'error' },
      { says: /^1 error\n0 error\n2 error\n3 error\*\n$/ },
    ),
    run('log-search', { file: '/var/log/web/log', text: 'error*' }, { says: /^3 error\*\n$/ }),
    run('log-search', { file: '/var/log/web/log', text: 'error', lines: '1' }, { says: /^3 error\*\n$/ }),
    run('log-search', { file: '/var/log/web/log', text: '-e none' }, { exit: 1, says: /not in the log/ }),
    run('log-search', { file: '/var/log/none', text: 'x' }, { exit: 1, says: /no file/ }),
    run('log-search', { file: '/var/log', text: 'x' }, { exit: 2, says: /not a folder/ }),
    run('log-search', { file: '/var/log/web/log', text: '' }, { exit: 2 }),
  ),
];
