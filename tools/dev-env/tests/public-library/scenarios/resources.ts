import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

export const resources: readonly Scenario[] = [
  onDebian(
    'says how busy its processors are',
    run('cpu-usage', { seconds: '1' }, { says: [/^all +\d+\.\d/m, /^cpu0 +\d+\.\d/m, /^load .* on \d+ processors/m] }),
    run('cpu-usage', { seconds: '0' }, { exit: 2, says: /seconds must be 1 to 60, was 0/ }),
  ),
  onDebian(
    'says what its memory is used for',
    run('memory-report', { 'min-available-percent': '0' }, { says: [/^total +\d+\.\d MiB +100\.0 %/m, /^swap /m] }),
    run('memory-report', { 'min-available-percent': '100' }, { exit: 1, says: /less than 100 % of the memory/ }),
    run('memory-report', { 'min-available-percent': '101' }, { exit: 2 }),
  ),
  onDebian(
    'says who is swapped out',
    run('swap-report', {}, { says: [/^swappiness \d+/, /no swap|SWAPPED +PID PROGRAM/] }),
    run('swap-report', { count: '0' }, { exit: 2, says: /count must be/ }),
  ),
  onDebian(
    'says how full its disks are',
    look('mkdir /full && mount -t ramfs none /full'),
    run('disk-usage', { 'warn-percent': '100' }, { says: [/MOUNTED ON/, /% .* \/$/m] }),
    run('disk-usage', { 'warn-percent': '1' }, { exit: 1, says: /at or above 1 %: .*\// }),
    run('disk-usage', { 'warn-percent': '0' }, { exit: 2 }),
    run('inode-usage', { 'warn-percent': '100' }, { says: [/INODES/, /% .* \/$/m] }),
    run('inode-usage', { 'warn-percent': '101' }, { exit: 2 }),
  ),
  onDebian('lists its mounts', run('mount-overview', {}, { says: [/DEVICE/, / \/ +rw/] })),
  onRedHat('misses a mount', run('mount-overview', {}, { exit: 1, says: /\/data is in \/etc\/fstab and not mounted/ })),
];
