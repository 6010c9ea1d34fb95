import { openStore } from '@muster/db';
import { armFailPoints } from '@muster/telemetry';
import { migrations } from '../src/store/migrations/index.ts';

/** Opens the store as a start of the service does, and ends: for tests that kill it on the way. */
const [file = '', failPoints = ''] = process.argv.slice(2);
armFailPoints(failPoints);
const db = await openStore({ file, migrations });
await db.destroy();
process.disconnect?.();
