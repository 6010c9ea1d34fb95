import { expect, it } from 'vitest';
import { hierarchiesIn, killsForMemory } from './control-groups.ts';

it('knows both versions of control groups, and passes over what may not be written or named', () => {
  const mounts = `proc /proc proc rw,nosuid 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0
cgroup /sys/fs/cgroup/memory cgroup ro,relatime,memory 0 0
cgroup /mnt/with:colon cgroup rw,cpu 0 0
cgroup /mnt/with\\040blank cgroup rw,cpu 0 0
`;
  expect(hierarchiesIn(mounts)).toEqual([
    { path: '/sys/fs/cgroup/unified', version: 2, controllers: [] },
    { path: '/sys/fs/cgroup/pids', version: 1, controllers: ['rw', 'relatime', 'pids'] },
  ]);
  expect(hierarchiesIn('')).toEqual([]);
});

it.each([
  ['low 0\nhigh 0\nmax 12\noom 1\noom_kill 2\noom_group_kill 0\n', 2],
  ['oom_kill_disable 0\nunder_oom 0\noom_kill 1\n', 1],
  ['oom_kill_disable 0\nunder_oom 0\n', 0],
  ['', 0],
])('reads %j as %i kills', (text, kills) => {
  expect(killsForMemory(text)).toBe(kills);
});
