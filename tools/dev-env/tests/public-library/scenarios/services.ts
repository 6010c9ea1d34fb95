import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

const NO_SYSTEMD = { exit: 3, says: /systemd does not run this machine/ } as const;
const NO_JOURNAL = { exit: 3, says: /no system journal/ } as const;

export const services: readonly Scenario[] = [
  onDebian(
    'says how services are',
    run('service-status', { service: 'web' }, { says: /web\.service\n +Active: active/ }),
    run('service-status', { service: 'idle' }, { exit: 1, says: /idle is not active/ }),
    run('service-status', { service: 'none' }, { exit: 1, says: /no service none/ }),
    run('service-status', { service: '--version' }, { exit: 2 }),
  ),
  onDebian(
    'controls services and looks whether it worked',
    run('failed-units', {}, { says: /no unit failed/ }),
    look('echo inactive >/run/stand-in/units/job'),
    run('service-control', { service: 'job' }, { says: /job: restart done, it is active/ }),
    run('service-control', { service: 'job.service', action: 'reload' }, { says: /reload done/ }),
    run('service-control', { service: 'job', action: 'stop' }, { says: /stop done, it is inactive/ }),
    run('service-control', { service: 'job', action: 'reload' }, { exit: 1, says: /reload failed/ }),
    run('service-control', { service: 'job', action: 'enable' }, { says: /enable done/ }),
    look('cat /run/stand-in/job.enabled', /^enable$/m),
    run('service-control', { service: 'broken' }, { exit: 1, says: [/no configuration/, /not active after restart/] }),
    run('failed-units', {}, { exit: 1, says: [/broken\.service/, /1 units failed/] }),
    run('service-control', { service: 'none' }, { exit: 1, says: /no service none/ }),
    run('service-control', { service: 'web', action: 'explode' }, { exit: 2 }),
  ),
  onDebian(
    'reads the journal',
    run('service-log', { service: 'web' }, { says: /web\[7\]: hello/ }),
    run('service-log', { service: 'idle' }, { exit: 1, says: /nothing of idle/ }),
    run('service-log', { service: 'web', lines: '0' }, { exit: 2 }),
    run('journal-errors', {}, { says: /I\/O error/ }),
    run('journal-errors', { priority: 'emerg' }, { says: /no message of emerg or worse in the last 24 hours/ }),
    run('journal-errors', { hours: '1' }, { exit: 1, says: /could not be read/ }),
    run('journal-errors', { priority: 'loud' }, { exit: 2 }),
  ),
  onDebian(
    'lists what runs by the clock',
    run('timer-list', {}, { says: /logrotate\.timer/ }),
    run(
      'cron-list',
      {},
      {
        says: [/user ada\n5 4 \* \* \* .*of-ada/, /cron\.d\/demo\n@hourly/, /daily\n(.*\n)*.*tidy/],
        never: /a comment/,
      },
    ),
  ),
  onRedHat(
    'says that it has no systemd',
    run('service-status', { service: 'web' }, NO_SYSTEMD),
    run('service-control', { service: 'web' }, NO_SYSTEMD),
    run('failed-units', {}, NO_SYSTEMD),
    run('timer-list', {}, NO_SYSTEMD),
    run('service-log', { service: 'web' }, NO_JOURNAL),
    run('journal-errors', {}, NO_JOURNAL),
    run('cron-list', {}, { says: /cron runs nothing here/ }),
  ),
];
