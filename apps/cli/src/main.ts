import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { readConfig } from './config.ts';

const config = readConfig();
// before anything big is loaded: it halves the time to start
enableCompileCache(join(config.cacheDirectory, 'compile'));
const { runMuster } = await import('./run-muster.ts');
process.exitCode = await runMuster(process.argv.slice(2), config);
