import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, faultyLink } from '@muster/testkit';
import { expect, it } from 'vitest';
import { agentHere } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();

it('F8: sends a result again whose commit it never heard of, and forgets the task once it does', async () => {
  const { service, identity, dataDir } = machine;
  await using link = await faultyLink({ to: service.nats.url.replace('nats://', '') });
  const credentials = { ...identity.credentials, servers: [`nats://${link.address}`] };
  await using _agent = await agentHere(dataDir, { ...identity, credentials });
  const lost: string[] = [];
  let answer: string | undefined;
  link.filter(({ way, verb, subject, bytes }) => {
    // the first result gets through; where it wants its answer stands behind its subject
    if (way === 'up' && verb === 'PUB' && subject.endsWith('.result')) {
      answer ??= bytes.toString('latin1').split(' ')[2];
      return 1;
    }
    const isWord =
      way === 'down' && verb === 'MSG' && (subject === answer || (subject.endsWith('.fin') && lost.length < 2));
    if (isWord) lost.push(subject === answer ? 'answer' : 'fin');
    return isWord ? 0 : 1;
  });
  const task = machine.run('exit 3');
  const committed = await task.result;
  service.fin(task);
  await eventually('both words to be lost', () => lost.length === 2);
  expect(new Set(lost)).toEqual(new Set(['answer', 'fin']));
  const held = () => readdirSync(join(dataDir, 'journal', 'tasks'));
  expect(held()).toHaveLength(1);

  await eventually('an empty journal', () => held().length === 0);
  expect(task.results).toHaveLength(2);
  expect(task.results[1]).toEqual(committed);
  expect(task.starts).toHaveLength(1);
});
