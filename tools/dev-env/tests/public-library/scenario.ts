import type { MachineKind } from './machine.ts';

/** What is expected of a step. */
export interface Expected {
  /** 0 when absent. */
  readonly exit?: number;
  /** What the output of both streams must hold, each of them. */
  readonly says?: RegExp | readonly RegExp[];
  /** What it must not hold. */
  readonly never?: RegExp;
}

/** One script on the machine. */
export interface Step {
  /** A command of the library; absent for a look at the machine from outside of it. */
  readonly command?: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What is run when it is no command. */
  readonly shell?: string;
  readonly expected: Expected;
}

/** Steps that build on one another, on one machine. Scenarios run side by side, so no two may touch the same thing. */
export interface Scenario {
  readonly title: string;
  readonly on: MachineKind;
  readonly steps: readonly Step[];
}

/** Runs a command of the library, with its defaults where `parameters` say nothing. */
export function run(command: string, parameters: Readonly<Record<string, string>> = {}, expected: Expected = {}): Step {
  return { command, parameters, expected };
}

/** Runs a line of shell: prepares something, or looks whether a command did what it said. */
export function look(shell: string, says?: Expected['says']): Step {
  return { shell, parameters: {}, expected: says === undefined ? {} : { says } };
}

/** On a machine with apt, and with systemd (a stand-in that answers like it). */
export function onDebian(title: string, ...steps: readonly Step[]): Scenario {
  return { title, on: 'debian', steps };
}

/** On a machine with dnf (a stand-in), and with neither systemd nor anything else that a bare one has not. */
export function onRedHat(title: string, ...steps: readonly Step[]): Scenario {
  return { title, on: 'redhat', steps };
}
