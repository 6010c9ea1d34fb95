import { fileURLToPath } from 'node:url';
import { type StartedProgram, startProgram } from '@muster/testkit';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** iam-svc as a process of its own. */
export interface IamProcess extends StartedProgram {
  readonly rootCredentialsFile: string;
}

/** Starts it with these settings and waits until it says that it is ready; rejects with its log when it ends instead. */
export function startProcess(environment: Record<string, string>): Promise<IamProcess> {
  return startProgram(MAIN, { environment });
}
