import { type ChildProcess, fork } from 'node:child_process';
import type { FromHost, HostSetup, ToHost } from './host-messages.ts';
import { programFile } from './program-file.ts';

/** The terminal host as the agent sees it. */
export class HostProcess {
  /** Resolves when there is none, or none any more. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;

  /** Starts one. */
  constructor(setup: HostSetup, heard: (message: FromHost) => void) {
    this.#child = fork(programFile('terminal-host'), [], {
      // bytes stay bytes
      serialization: 'advanced',
      // it passes on what is typed: the flags that keep a waiting agent small would make it slow
      execArgv: [],
      // what is sent to the agent's terminal is not for the host
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', heard);
    this.gone = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.on('error', () => {
        if (this.#child.pid === undefined) resolve();
      });
    });
    this.send({ kind: 'setup', setup });
  }

  /** What cannot be sent is lost with the host: `gone` follows. */
  send(message: ToHost): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Lets it end: whatever it still has dies with it. */
  release(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
