import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

const NO_ENGINE = { exit: 3, says: /neither docker nor podman is installed/ } as const;

export const containers: readonly Scenario[] = [
  onDebian(
    'looks after containers',
    run('container-list', {}, { says: [/shop nginx:1 Up 3 days/, /Images 3/] }),
    run('container-log', { container: 'shop', lines: '5' }, { says: /hello of the shop/ }),
    run('container-log', { container: 'none' }, { exit: 1, says: /log of none cannot be read/ }),
    run('container-log', { container: '--help' }, { exit: 2 }),
    run(
      'container-prune',
      {},
      {
        says: [/asked: container prune -f --filter until=24h\n/, /asked: image prune -f --filter until=24h\n/],
        never: /volume/,
      },
    ),
    run(
      'container-prune',
      { hours: '0', images: 'unused', volumes: 'yes' },
      { says: [/image prune -f --filter until=0h -a/, /asked: volume prune -f/] },
    ),
    run('container-prune', { images: 'all' }, { exit: 2 }),
    look('touch /run/stand-in/docker-down'),
    run('container-list', {}, { exit: 3, says: /docker is installed but does not answer/ }),
    run('container-prune', {}, { exit: 3, says: /does not answer/ }),
  ),
  onRedHat(
    'says that it has no containers',
    run('container-list', {}, NO_ENGINE),
    run('container-prune', {}, NO_ENGINE),
    run('container-log', { container: 'shop' }, NO_ENGINE),
  ),
];
