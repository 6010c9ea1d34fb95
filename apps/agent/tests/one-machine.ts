import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NatsServer, startNatsServer, tempDirectory } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Agent, AgentOptions } from '../src/agent.ts';
import type { Identity } from '../src/identity.ts';
import { ControlGroups } from '../src/supervisor/control-groups.ts';
import { type FakeService, type FakeTask, startFakeService } from './fake-service.ts';
import { type AgentProcess, agentHere, agentProcess, ME } from './machine.ts';

/** One registered machine a test, and a service for all tests of the file. */
export interface OneMachine {
  readonly service: FakeService;
  readonly identity: Identity;
  readonly dataDir: string;
  /** Starts the machine's agent inside this process; it is stopped after the test. */
  agent(options?: Partial<AgentOptions>): Promise<Agent>;
  /** Starts the machine's agent as a process; it is killed after the test. */
  process(environment?: Record<string, string>): Promise<AgentProcess>;
  /** A line of shell that holds a script up until `release` is called. */
  readonly hold: string;
  release(): void;
  /** Sends a script to the machine, to run as the user of the tests unless the order says otherwise. */
  run(script: string, order?: FakeTask['order']): FakeTask;
}

export function oneMachine(): OneMachine {
  let nats: NatsServer;
  let service: FakeService;
  let identity: Identity;
  let cleanup: AsyncDisposableStack;
  let dataDir: string;

  beforeAll(async () => {
    nats = await startNatsServer();
    service = await startFakeService(nats);
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await nats[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    cleanup = new AsyncDisposableStack();
    dataDir = cleanup.use(tempDirectory()).path;
    identity = await service.identity();
    const { instanceId } = identity;
    cleanup.defer(() => new ControlGroups({ processes: 0, memoryBytes: 0 }).sweep(instanceId, new Set()));
    service.decideStart = () => true;
    service.answerResults = true;
  });
  afterEach(() => cleanup.disposeAsync());

  return {
    get service() {
      return service;
    },
    get identity() {
      return identity;
    },
    get dataDir() {
      return dataDir;
    },
    agent: async (options) => cleanup.use(await agentHere(dataDir, identity, options)),
    async process(environment) {
      const agent = await agentProcess(dataDir, identity, environment);
      cleanup.defer(() => agent.stop('SIGKILL'));
      await agent.ready;
      return agent;
    },
    get hold() {
      return `while ! [ -e ${dataDir}/go ]; do sleep 0.05; done`;
    },
    release: () => writeFileSync(join(dataDir, 'go'), ''),
    run: (script, order = {}) =>
      service.send(identity.instanceId, { content: Buffer.from(script), username: ME, ...order }),
  };
}
