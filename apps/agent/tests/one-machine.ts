import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NatsServer, startNatsServer, tempDirectory } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Agent, AgentOptions } from '../src/agent.ts';
import type { Identity } from '../src/identity.ts';
import { ControlGroups } from '../src/supervisor/control-groups.ts';
import { type FakeService, type FakeTask, startFakeService } from './fake-service.ts';
import { type AgentProcess, agentHere, agentProcess, ME } from './machine.ts';

/** A registered machine. Disposing ends its agents and removes what they left. */
export interface Machine extends AsyncDisposable {
  readonly identity: Identity;
  readonly dataDir: string;
  /** Starts the machine's agent inside this process; it is stopped at the end. */
  agent(options?: Partial<AgentOptions>): Promise<Agent>;
  /** Starts the machine's agent as a process; it is killed at the end. */
  process(environment?: Record<string, string>): Promise<AgentProcess>;
}

/** Registers another machine. */
export async function newMachine(service: FakeService): Promise<Machine> {
  const cleanup = new AsyncDisposableStack();
  const dataDir = cleanup.use(tempDirectory()).path;
  const identity = await service.identity();
  cleanup.defer(() => new ControlGroups({ processes: 0, memoryBytes: 0 }).sweep(identity.instanceId, new Set()));
  return {
    identity,
    dataDir,
    agent: async (options) => cleanup.use(await agentHere(dataDir, identity, options)),
    async process(environment) {
      const agent = await agentProcess(dataDir, identity, environment);
      cleanup.defer(() => agent.stop('SIGKILL'));
      await agent.ready;
      return agent;
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** One registered machine a test, and a service for all tests of the file. */
export interface OneMachine extends Omit<Machine, keyof AsyncDisposable> {
  readonly service: FakeService;
  /** A line of shell that holds a script up until `release` is called. */
  readonly hold: string;
  release(): void;
  /** Sends a script to the machine, to run as the user of the tests unless the order says otherwise. */
  run(script: string, order?: FakeTask['order']): FakeTask;
}

export function oneMachine(): OneMachine {
  let nats: NatsServer;
  let service: FakeService;
  let machine: Machine;

  beforeAll(async () => {
    nats = await startNatsServer();
    service = await startFakeService(nats);
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await nats[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    machine = await newMachine(service);
    service.decideStart = () => true;
    service.answerResults = true;
  });
  afterEach(() => machine[Symbol.asyncDispose]());

  return {
    get service() {
      return service;
    },
    get identity() {
      return machine.identity;
    },
    get dataDir() {
      return machine.dataDir;
    },
    agent: (options) => machine.agent(options),
    process: (environment) => machine.process(environment),
    get hold() {
      return `while ! [ -e ${machine.dataDir}/go ]; do sleep 0.05; done`;
    },
    release: () => writeFileSync(join(machine.dataDir, 'go'), ''),
    run: (script, order = {}) =>
      service.send(machine.identity.instanceId, { content: Buffer.from(script), username: ME, ...order }),
  };
}
