import { freePort } from '../free-port.ts';
import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

const TLS = await freePort();

export const certificates: readonly Scenario[] = [
  onDebian(
    'says when certificates end',
    look(`mkdir -p /srv/tls/in; cd /srv/tls
      make() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -days "$2" -keyout "$1.key" -out "$1.crt" 2>/dev/null; }
      make long 90; make short 10; cat long.crt short.crt >in/chain.pem; echo nothing >in/note.txt`),
    run(
      'certificate-files-expiry',
      { path: '/srv/tls/long.crt' },
      { says: /^\w+ +\d+ .* GMT {2}\/srv\/tls\/long\.crt {2}CN ?= ?long$/m },
    ),
    run(
      'certificate-files-expiry',
      { path: '/srv/tls/in' },
      {
        exit: 1,
        says: [/chain\.pem {2}CN ?= ?long/, /within 30 days of the end:\n\/srv\/tls\/in\/chain\.pem: CN ?= ?short$/m],
      },
    ),
    run('certificate-files-expiry', { path: '/srv/tls/in', days: '5' }, { says: /short/ }),
    run('certificate-files-expiry', { path: '/srv/tls/long.key' }, { exit: 1, says: /no certificate in/ }),
    run('certificate-files-expiry', { path: '/srv/none' }, { exit: 1, says: /there is no \/srv\/none/ }),
    run('certificate-files-expiry', { path: 'x' }, { exit: 2 }),
    look("sed 's/^M/X/' /srv/tls/long.crt >/srv/tls/damaged.crt"),
    run('certificate-files-expiry', { path: '/srv/tls/damaged.crt' }, { exit: 1, says: /a certificate is damaged/ }),

    look(
      `cd /srv/tls; setsid openssl s_server -accept 127.0.0.1:${TLS} -cert short.crt -key short.key -quiet >/dev/null 2>&1 &`,
    ),
    run('wait-for-port', { port: TLS }),
    run(
      'certificate-host-expiry',
      { host: 'localhost', port: TLS, days: '5' },
      { says: [/subject=.*short/, /notAfter=/] },
    ),
    run('certificate-host-expiry', { host: '127.0.0.1', port: TLS }, { exit: 1, says: /ends within 30 days/ }),
    run('certificate-host-expiry', { host: '127.0.0.1', port: '1' }, { exit: 1, says: /shows no certificate/ }),
    run('certificate-host-expiry', { host: '127.0.0.1', port: '70000' }, { exit: 2 }),
  ),
  onRedHat(
    'says that it has no openssl',
    run('certificate-files-expiry', { path: '/etc' }, { exit: 3, says: /openssl is not installed/ }),
    run('certificate-host-expiry', { host: '127.0.0.1' }, { exit: 3, says: /openssl is not installed/ }),
  ),
];
