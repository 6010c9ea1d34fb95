import { CommandType } from '@muster/contract';
import type { Runner } from '../runner.ts';

/** Python 3, unbuffered: otherwise output into a pipe comes only at the end. */
export const python: Runner = {
  type: CommandType.PYTHON,
  feature: 'PYTHON',
  fileName: 'script.py',
  interpreters: (platform) => (platform === 'win32' ? ['python3.exe', 'python.exe'] : ['python3']),
  arguments: (script) => ['-u', script],
};
