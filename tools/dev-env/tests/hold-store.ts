import { openStore } from '@muster/db';

/** Has a store open, as a service does that is idle, until it is killed. */
const [file = ''] = process.argv.slice(2);
const migrations = { '0001_command': { up: async () => {} } };
await openStore({ file, migrations });
process.send?.('open');
setInterval(() => {}, 1_000);
