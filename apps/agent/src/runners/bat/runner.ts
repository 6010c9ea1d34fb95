import { CommandType } from '@muster/contract';
import type { Runner } from '../runner.ts';

/** Batch files, on Windows only. */
export const bat: Runner = {
  type: CommandType.BAT,
  feature: 'BAT',
  fileName: 'script.bat',
  interpreters: (platform) => (platform === 'win32' ? ['cmd.exe'] : []),
  arguments: (script) => ['/d', '/c', script],
};
