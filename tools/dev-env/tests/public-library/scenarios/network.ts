import { freePort } from '../free-port.ts';
import { look, onDebian, onRedHat, run, type Scenario } from '../scenario.ts';

const DNS = await freePort();
const LISTENER = await freePort();

export const network: readonly Scenario[] = [
  onDebian(
    'looks names up',
    run('dns-lookup', { name: 'localhost' }, { says: /^this machine: .*127\.0\.0\.1/m }),
    run('dns-lookup', { name: 'no-such-name.invalid' }, { exit: 1, says: [/^this machine: /m, /is not found/] }),
    look(`setsid python3 /run/machine/name-server.py ${DNS} >/dev/null 2>&1 &
      until [ -e /run/stand-in/name-server ]; do sleep 0.1; done`),
    run(
      'dns-lookup',
      { name: 'shop.test', server: `127.0.0.1#${DNS}` },
      { says: [/ A: 192\.0\.2\.7 \(60 s\) \(\d+ ms\)/, / AAAA: none /] },
    ),
    run('dns-lookup', { name: 'other.test', server: `127.0.0.1#${DNS}` }, { exit: 1, says: / A: no such name/ }),
    run('dns-lookup', { name: 'a b' }, { exit: 2, says: /name must be a host name/ }),
    run('dns-lookup', { name: 'shop.test', server: 'x' }, { exit: 2, says: /server must be an address/ }),
  ),
  onDebian(
    'lists addresses and routes',
    run(
      'route-overview',
      {},
      { says: [/== addresses\nlo .*127\.0\.0\.1/, /== routes/, /== neighbours/], never: /== the way/ },
    ),
    run('route-overview', { target: 'localhost' }, { says: /== the way to localhost\nlocal / }),
    run('route-overview', { target: '127.0.0.9' }, { says: /== the way to 127\.0\.0\.9\nlocal 127\.0\.0\.9/ }),
    run('route-overview', { target: 'no-such-name.invalid' }, { exit: 1, says: /has no address/ }),
    run('route-overview', { target: '-x' }, { exit: 2 }),
  ),
  onDebian(
    'pings',
    run('ping-host', { host: '127.0.0.1' }, { says: /4 received, 0% packet loss/ }),
    run('ping-host', { host: '198.51.100.1', count: '2', 'max-loss-percent': '50' }, { says: /50% packet loss/ }),
    run('ping-host', { host: '198.51.100.1', count: '2' }, { exit: 1, says: /50 % of the requests/ }),
    run('ping-host', { host: '192.0.2.1' }, { exit: 1, says: /100 % of the requests/ }),
    run('ping-host', { host: 'no-such' }, { exit: 1, says: [/not known/, /could not be asked/] }),
    run('ping-host', { host: '-f' }, { exit: 2 }),
    run('ping-host', { host: '127.0.0.1', count: '0' }, { exit: 2 }),
  ),
  onDebian(
    'lists open ports with their programs',
    look(`setsid python3 -m http.server ${LISTENER} --bind 127.0.0.1 >/dev/null 2>&1 &`),
    run('wait-for-port', { port: LISTENER }),
    run('open-ports', {}, { says: new RegExp(`^tcp +127\\.0\\.0\\.1:${LISTENER} +python3/\\d+$`, 'm') }),
    run('connection-summary', {}, { says: [/BY STATE\n(.*\n)* +\d+ LISTEN/, /BY ADDRESS/, /BY PORT HERE/] }),
    run('connection-summary', { count: 'x' }, { exit: 2 }),
  ),
  onDebian(
    'lists its interfaces',
    run('interface-overview', {}, { says: /^lo +\S+ +- +65536 00:00:00:00:00:00 +\d+\.\d +\d+\.\d +\d+ +\d+$/m }),
  ),
  onDebian('lists its firewall rules', run('firewall-rules', {}, { says: /== nftables\ntable inet filter/ })),
  onRedHat(
    'says what it lacks for the network',
    run('route-overview', {}, { exit: 3, says: /ip is not installed/ }),
    run('ping-host', { host: '127.0.0.1' }, { exit: 3, says: /ping is not installed/ }),
    run('open-ports', {}, { exit: 3, says: /ss is not installed/ }),
    run('connection-summary', {}, { exit: 3, says: /ss is not installed/ }),
    run('firewall-rules', {}, { exit: 3, says: /no tool for firewall rules/ }),
  ),
];
