import { create, toBinary } from '@bufbuild/protobuf';
import type { Bus } from '@muster/bus';
import { subjects } from '@muster/bus';
import { HelloReplySchema, HelloSchema, SyncOrderSchema } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  complaints,
  listen,
  mayPublish,
  maySubscribe,
  probes,
  settle,
  startWorld,
  type Tenant,
  type World,
} from './world.ts';

const { agentSync, agentUp, EVENT_STREAM, SERVICE_QUEUE, serviceSync, serviceUp, speakerOf } = subjects;

const PURGE = `$JS.API.STREAM.PURGE.${EVENT_STREAM.name}`;
const A = 'ins-aaaaaaaa';
const B = 'ins-bbbbbbbb';

let world: World;
let shop: Tenant;
let bank: Tenant;
/** Two agents of one tenant, and one of another that has the same id as the first. */
let agentA: Bus;
let agentB: Bus;
let bankA: Bus;
let invocation: Bus;
let iam: Bus;
let command: Bus;
let setup: Bus;
let control: Bus;

beforeAll(async () => {
  world = await startWorld();
  [shop, bank] = [await world.tenant(), await world.tenant()];
  agentA = await world.agent(shop, A);
  agentB = await world.agent(shop, B);
  bankA = await world.agent(bank, A);
  invocation = await world.service('invocation-svc');
  iam = await world.service('iam-svc');
  command = await world.service('command-svc');
  setup = await world.service('setup');
  control = await world.service('control');
});
afterAll(() => world[Symbol.asyncDispose]());

/** How many events the stream holds. */
const stored = async () => {
  const answer = await setup.requestRaw(`$JS.API.STREAM.INFO.${EVENT_STREAM.name}`, new Uint8Array(), 5_000);
  return (JSON.parse(new TextDecoder().decode(answer)) as { state: { messages: number } }).state.messages;
};
const event = (name: string) => new TextEncoder().encode(name);
const hello = toBinary(HelloSchema, create(HelloSchema, { hostName: 'h' }));

describe('an agent', () => {
  it('T4: hears what is said to it, not what is said to its namesake of another tenant or to its sibling', async () => {
    const [own, sibling, namesake] = [
      await listen(agentA, agentSync(A)),
      await listen(agentB, agentSync(B)),
      await listen(bankA, agentSync(A)),
    ];
    invocation.publish(serviceSync({ tenant: shop.id, instanceId: A }), SyncOrderSchema, {});
    await settle(invocation, agentA, agentB, bankA);
    expect([own.length, sibling.length, namesake.length]).toEqual([1, 0, 0]);
    invocation.publish(serviceSync({ tenant: bank.id, instanceId: A }), SyncOrderSchema, {});
    await settle(invocation, agentA, agentB, bankA);
    expect([own.length, sibling.length, namesake.length]).toEqual([1, 0, 1]);
  });

  it('T3: is answered, and the service sees the tenant that the server has stamped', async () => {
    const heard: string[] = [];
    const serving = invocation.serve(
      serviceUp('hello'),
      { input: HelloSchema, output: HelloReplySchema },
      async (_, subject) => {
        heard.push(subject);
        return { epoch: 7n };
      },
      SERVICE_QUEUE,
    );
    await invocation.flush();
    const ask = (agent: Bus) =>
      agent.request(agentUp(A, 'hello'), { schema: HelloSchema, message: {} }, HelloReplySchema, 5_000);
    expect((await ask(agentA)).epoch).toBe(7n);
    expect((await ask(bankA)).epoch).toBe(7n);
    serving.unsubscribe();
    expect(heard.map(speakerOf)).toEqual([
      { tenant: shop.id, instanceId: A },
      { tenant: bank.id, instanceId: A },
    ]);
  });

  it('that is not there is told of at once', async () => {
    await new Promise<void>((resolve) => {
      const absent = serviceSync({ tenant: shop.id, instanceId: 'ins-cccccccc' });
      invocation.publishToListener(absent, SyncOrderSchema, {}, resolve);
    });
  });

  it('T4: may listen to its own subjects only', async () => {
    const own = [agentSync(A), `down.${A}.s1.*`, `_INBOX_agent.${A}.>`];
    const foreign = [
      `down.${B}.>`,
      agentSync(B),
      `down.${B}.s1.*`,
      'down.>',
      'down.*.>',
      'down.*.sync',
      `down.${bank.id}.${A}.>`,
      `down.${shop.id}.${A}.>`,
      'up.>',
      'up.*.*',
      agentUp(A, 'hello'),
      '>',
      '*',
      '*.>',
      '_INBOX.>',
      '_INBOX_agent.>',
      '_INBOX_agent.*.>',
      `_INBOX_agent.${B}.>`,
      '_R_.>',
      'evt.>',
      '$SYS.>',
      '$JS.>',
    ];
    for (const subject of own) expect(await maySubscribe(agentA, subject), subject).toBe(true);
    for (const subject of foreign) {
      expect(await maySubscribe(agentA, subject), subject).toBe(false);
      expect(await maySubscribe(agentA, subject, 'queue'), `${subject} in a queue`).toBe(false);
    }
  });

  it('T3, T5: may speak as itself only, and to no API of the server', async () => {
    const own = [agentUp(A, 'hello'), agentUp(A, 'output')];
    const foreign = [
      agentUp(B, 'hello'),
      `up.${shop.id}.${B}.hello`,
      `up.${bank.id}.${A}.hello`,
      'up.hello',
      agentSync(A),
      agentSync(B),
      `down.${B}.s1.task`,
      `down.${shop.id}.${B}.s1.task`,
      `_INBOX_agent.${B}.x`,
      '_INBOX_invocation-svc.x',
      '_R_.x',
      'evt.invocation.task.finished',
      '$JS.API.INFO',
      '$JS.API.ACCOUNT.PURGE.X',
      `$JS.API.STREAM.INFO.${EVENT_STREAM.name}`,
      `$JS.API.STREAM.CREATE.${EVENT_STREAM.name}`,
      `$JS.API.STREAM.DELETE.${EVENT_STREAM.name}`,
      `$JS.API.CONSUMER.CREATE.${EVENT_STREAM.name}`,
      `$JS.API.STREAM.MSG.GET.${EVENT_STREAM.name}`,
      `$JS.API.DIRECT.GET.${EVENT_STREAM.name}`,
      PURGE,
      '$SYS.REQ.CLAIMS.UPDATE',
      '$SYS.REQ.CLAIMS.DELETE',
      '$SYS.REQ.SERVER.PING',
      '$SYS.REQ.USER.INFO',
    ];
    for (const subject of own) expect(await mayPublish(agentA, subject), subject).toBe(true);
    for (const subject of foreign) expect(await mayPublish(agentA, subject), subject).toBe(false);
  });

  it('may hold ten subscriptions, and send a quarter of a megabyte at once', async () => {
    const agent = await world.agent(shop, 'ins-dddddddd');
    const subscribe = (count: number) =>
      complaints(agent, () => agent.connection.subscribe(`down.ins-dddddddd.s${count}.*`, { callback: () => {} }));
    for (let count = 1; count <= 10; count++) expect(await subscribe(count)).toEqual([]);
    expect(await subscribe(11)).toHaveLength(1);
    expect(agentA.connection.info?.max_payload).toBe(262_144);
  });
});

describe('T6: a hostile reply subject', () => {
  it('does not turn the answer of a service into a call of JetStream, even of one that would answer anywhere', async () => {
    await iam.publishEvent('evt.iam.user.kept', event('kept'), crypto.randomUUID());
    const before = await stored();
    const naive = await world.insider({ pub: ['>'], sub: ['>'] });
    const seen: string[] = [];
    naive.connection.subscribe('up.*.*.hello', {
      callback: (_, message) => {
        seen.push(message.reply ?? '');
        message.respond('{}');
      },
    });
    await naive.flush();
    agentA.connection.publish(agentUp(A, 'hello'), hello, { reply: PURGE });
    await settle(agentA, naive, setup);
    expect(seen).toEqual([expect.stringMatching(/^_R_\./)]);
    expect(await stored()).toBe(before);
  });

  it('does not turn the receipt of the stream into one, of PURGE or of DELETE', async () => {
    await iam.publishEvent('evt.iam.user.kept', event('kept'), crypto.randomUUID());
    const before = await stored();
    for (const verb of ['PURGE', 'DELETE']) {
      const reply = `$JS.API.STREAM.${verb}.${EVENT_STREAM.name}`;
      iam.connection.publish('evt.iam.user.attack', 'x', { reply });
    }
    await settle(iam, setup);
    expect(await stored()).toBe(before + 2);
  });

  it('does not reach another tenant', async () => {
    const serving = answerEverybody();
    const [namesake, own] = [await listen(bankA, agentSync(A)), await listen(agentA, `_INBOX_agent.${A}.proof`)];
    agentA.connection.publish(agentUp(A, 'hello'), hello, { reply: `down.${bank.id}.${A}.sync` });
    agentA.connection.publish(agentUp(A, 'hello'), hello, { reply: `_INBOX_agent.${A}.proof` });
    await settle(agentA, invocation, agentA, bankA);
    serving.unsubscribe();
    expect(own).toHaveLength(1);
    expect(namesake).toHaveLength(0);
  });

  it('does reach a sibling, which is why every task is signed', async () => {
    const serving = answerEverybody();
    const sibling = await listen(agentB, agentSync(B));
    agentA.connection.publish(agentUp(A, 'hello'), hello, { reply: agentSync(B) });
    await settle(agentA, invocation, agentB);
    serving.unsubscribe();
    expect(sibling).toHaveLength(1);
  });

  /** The real way to answer. */
  function answerEverybody() {
    return invocation.serve(
      serviceUp('hello'),
      { input: HelloSchema, output: HelloReplySchema },
      async () => ({}),
      SERVICE_QUEUE,
    );
  }
});

describe('a service', () => {
  const forbidden = [
    PURGE,
    `$JS.API.STREAM.DELETE.${EVENT_STREAM.name}`,
    '$JS.API.ACCOUNT.PURGE.X',
    `$JS.API.STREAM.MSG.DELETE.${EVENT_STREAM.name}`,
    '$JS.API.STREAM.CREATE.OTHER',
    '$SYS.REQ.CLAIMS.DELETE',
    'x',
  ];
  const events = ['evt.iam.user.created', 'evt.command.command.created', 'evt.invocation.task.finished'];
  const orders = () => [serviceSync({ tenant: shop.id, instanceId: A }), `down.${shop.id}.${A}.s1.task`];

  it('T5: publishes its own events and nothing else that it need not', async () => {
    const may = async (bus: Bus, subjects: string[]) => {
      const allowed: string[] = [];
      for (const subject of subjects) if (await mayPublish(bus, subject)) allowed.push(subject);
      return allowed;
    };
    const all = [...forbidden, ...events, ...orders(), '$SYS.REQ.CLAIMS.UPDATE'];
    expect(await may(iam, all)).toEqual(['evt.iam.user.created']);
    expect(await may(command, all)).toEqual(['evt.command.command.created']);
    expect(await may(invocation, all)).toEqual(['evt.invocation.task.finished', ...orders()]);
    expect(await may(setup, all)).toEqual([]);
    expect(await may(control, all)).toEqual(['$SYS.REQ.CLAIMS.UPDATE']);
  });

  it('T4: listens to its own answers and, where it serves agents, to them', async () => {
    const subjects = [
      '>',
      'up.*.*.*',
      'down.>',
      ...['evt.>', 'evt.iam.>', 'evt.iam.permissions.*', 'evt.iam.permissions.changed', 'evt.iam.user.created'],
      '_INBOX.>',
      '_INBOX_iam-svc.>',
      '_INBOX_command-svc.>',
      '_INBOX_invocation-svc.>',
      '$SYS.>',
      '$JS.EVENT.>',
      '$SYS.ACCOUNT.*.DISCONNECT',
    ];
    const may = async (bus: Bus) => {
      const allowed: string[] = [];
      for (const subject of subjects) if (await maySubscribe(bus, subject)) allowed.push(subject);
      return allowed;
    };
    expect(await may(iam)).toEqual(['_INBOX_iam-svc.>']);
    expect(await may(command)).toEqual(['_INBOX_command-svc.>']);
    expect(await may(invocation)).toEqual(['up.*.*.*', 'evt.iam.permissions.changed', '_INBOX_invocation-svc.>']);
    expect(await may(setup)).toEqual([]);
    expect(await may(control)).toEqual(['$SYS.ACCOUNT.*.DISCONNECT']);
  });

  it('T5: does not reach the API of the stream, whatever its credentials allowed', async () => {
    const insider = await world.insider({ pub: ['>'], sub: ['>'] });
    const before = await stored();
    const answer = new TextDecoder().decode(await insider.requestRaw(PURGE, new Uint8Array(), 5_000));
    expect(answer).toContain('JetStream not enabled for account');
    expect(await stored()).toBe(before);
  });

  it('T5: cannot have the whole account of the stream emptied either', async () => {
    const before = await stored();
    for (const bus of [iam, command, invocation, agentA]) {
      for (const subject of ['$JS.API.ACCOUNT.PURGE.EVENTS', '$JS.API.STREAM.RESTORE.EVT', '$JS.API.SERVER.REMOVE']) {
        expect(await mayPublish(bus, subject), subject).toBe(false);
      }
    }
    expect(await stored()).toBe(before);
  });

  it('finds an event that it has published twice stored once', async () => {
    const before = await stored();
    const id = crypto.randomUUID();
    await command.publishEvent('evt.command.command.created', event('once'), id);
    await command.publishEvent('evt.command.command.created', event('once'), id);
    expect(await stored()).toBe(before + 1);
  });
});

it('T3 to T6 are asked of a real server: every probe above was made', () => {
  // the recipe has 26 checks, and 63 probes more for what was tried before it
  expect(probes.made).toBeGreaterThanOrEqual(26 + 63);
});
