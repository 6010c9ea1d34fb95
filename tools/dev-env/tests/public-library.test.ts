import { CommandType, TaskStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';
import { goodParameters, hostileParameters } from './public-library/hostile.ts';
import { type MachineKind, type SandboxedMachine, startMachine, whyNoSandbox } from './public-library/machine.ts';
import { type LibraryClient, libraryClient, type Outcome } from './public-library/run-step.ts';
import { look, run, type Step } from './public-library/scenario.ts';
import { scenarios } from './public-library/scenarios.ts';

// without a sandbox nothing is tried, for it would change this machine; in CI that is a failure
const why = process.env.CI ? undefined : whyNoSandbox();
const tried = new Set(scenarios.flatMap(({ steps }) => steps.flatMap(({ command }) => command ?? [])));

describe.skipIf(why)(`the public library${why ? ` (not tried: ${why})` : ''}`, () => {
  const stack = new AsyncDisposableStack();
  const machines = new Map<MachineKind, SandboxedMachine>();
  let fixture: Fixture;
  let library: LibraryClient;

  beforeAll(async () => {
    fixture = stack.use(await startFixture(0));
    library = await libraryClient(fixture.constellation);
    for (const kind of ['debian', 'redhat'] as const) machines.set(kind, stack.use(await startMachine(fixture, kind)));
  }, 90_000);
  afterAll(() => stack.disposeAsync());

  const perform = (kind: MachineKind, step: Step): Promise<Outcome> =>
    library.perform(machines.get(kind)!.instanceId, step);

  describe('does what it says', () => {
    it.concurrent.each(scenarios.map((scenario) => [`${scenario.on}: ${scenario.title}`, scenario] as const))(
      '%s',
      async (_, { on, steps }) => {
        for (const step of steps) {
          const { exit, output, error } = await perform(on, step);
          const what = `${step.command ?? step.shell} ${JSON.stringify(step.parameters)}\n${output}${error}`;
          expect(exit, what).toBe(step.expected.exit ?? 0);
          for (const says of [step.expected.says ?? []].flat()) expect(output, what).toMatch(says);
          if (step.expected.never) expect(output, what).not.toMatch(step.expected.never);
        }
      },
      180_000,
    );
  });

  describe('runs nothing that parameters say', () => {
    it.concurrent.each([...tried])(
      '%s',
      async (name) => {
        const command = library.commands.get(name)!;
        const file = `/hostile-${name}`;
        for (const parameters of hostileParameters(command, goodParameters(scenarios, name), file)) {
          const { status, output } = await perform('debian', run(name, parameters));
          const what = `${name} ${JSON.stringify(parameters)}\n${output}`;
          expect([TaskStatus.SUCCESS, TaskStatus.FAILED], what).toContain(status);
          expect(output, what).not.toMatch(/syntax error|command not found|unbound variable|unterminated|Traceback/i);
        }
        const found = await perform('debian', look(`ls -d ${file} 2>&1 || true`));
        expect(found.output).toMatch(/No such file/);
      },
      180_000,
    );
  });

  it('asks for what has no default before any machine is touched', async () => {
    const asking = [...library.commands.values()].filter(({ content }) =>
      Buffer.from(content).includes('never reached: {{'),
    );
    expect(asking.length).toBeGreaterThan(20);
    for (const { commandName } of asking) {
      await expect(perform('redhat', run(commandName)), commandName).rejects.toMatchObject({
        reason: 'InvalidParameterValue.LackOfParameterInfo',
      });
    }
  });

  it('has no command for Linux that is not run here', () => {
    const runnable = [...library.commands.values()]
      .filter(({ commandType }) => commandType === CommandType.SHELL || commandType === CommandType.PYTHON)
      .map(({ commandName }) => commandName);
    expect(tried).toEqual(new Set(runnable));
  });
});
