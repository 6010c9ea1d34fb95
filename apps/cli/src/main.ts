import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { EXIT } from './domain/outcome.ts';

const config = readConfig();
// before anything big is loaded: it halves the time to start
enableCompileCache(join(config.cacheDirectory, 'compile'));
const { runMuster } = await import('./run-muster.ts');
stopWhenNobodyReads();
process.exitCode = await runMuster(process.argv.slice(2), config, process);

/** A reader such as `head` that has had enough ends the command without words. */
function stopWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.error);
      throw error;
    });
  }
}
