import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AuditService,
  InstanceService,
  Outcome,
  SessionKind,
  SessionMode,
  SessionService,
  SessionState,
} from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { ROOT } from '../../src/constellation.ts';
import { driveTerminal } from '../../src/driven-terminal.ts';
import { type Callers, DENIED, startCalling } from '../callers.ts';
import { type Fixture, startFixture } from '../fixture.ts';

/** The policy that docs/sessions.md shows: shells as `ubuntu` on env=dev; in prod watch, and not drive. */
const [, shown] = /^```json\n([^`]*)```/m.exec(readFileSync(join(ROOT, 'docs/sessions.md'), 'utf8'))!;
const { statement } = JSON.parse(shown!) as { statement: object[] };

let fixture: Fixture;
let callers: Callers;
let dev: string;
let prod: string;
let person: { uin: string; token: string };
beforeAll(async () => {
  fixture = await startFixture(2);
  callers = await startCalling(fixture.constellation);
  [dev, prod] = fixture.constellation.machines.map(({ instanceId }) => instanceId) as [string, string];
  const tag = (instanceId: string, value: string) =>
    callers
      .at(InstanceService, callers.root)
      .tagInstances({ instanceIds: [instanceId], tags: [{ key: 'env', value }] });
  await Promise.all([tag(dev, 'dev'), tag(prod, 'prod')]);
  person = await callers.userWith('person', statement);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const sessions = (token = person.token) => callers.at(SessionService, token);
const root = () => callerWith(fixture.constellation.url, fixture.constellation.root);

describe('the policy of docs/sessions.md', () => {
  it('opens shells as ubuntu in dev, and nothing else anywhere', async () => {
    const { ticket } = await sessions().openSession({ instanceId: dev, username: 'ubuntu', reason: 'a look' });
    await sessions().resumeSession({ sessionId: ticket!.sessionId });
    for (const denied of [
      { instanceId: dev },
      { instanceId: dev, username: 'ubuntu', sessionKind: SessionKind.FILES },
      { instanceId: prod, username: 'ubuntu' },
      // what nobody has, and what somebody else may have, look the same
      { instanceId: 'ins-unknown0', username: 'ubuntu' },
    ]) {
      await expect(sessions().openSession(denied)).rejects.toMatchObject(DENIED);
    }
    await expect(sessions().closeSession({ sessionIds: [ticket!.sessionId] })).resolves.toBeDefined();
    const after = await sessions().describeSessions({ sessionIds: [ticket!.sessionId] });
    expect(after.sessionSet).toMatchObject([
      { sessionState: SessionState.ENDED, reason: 'a look', errorInfo: `ended by ${person.uin}` },
    ]);
  });

  it('watches in prod, and does not drive or end there', async () => {
    await using terminal = await driveTerminal(await root(), { open: { instanceId: prod } });
    const { sessionId } = terminal;
    await sessions().joinSession({ sessionId, sessionMode: SessionMode.WATCH });
    await expect(sessions().joinSession({ sessionId, sessionMode: SessionMode.DRIVE })).rejects.toMatchObject(DENIED);
    await expect(sessions().closeSession({ sessionIds: [sessionId] })).rejects.toMatchObject(DENIED);
    await expect(sessions().resumeSession({ sessionId })).rejects.toMatchObject({ kind: 'not_found' });
    terminal.type('echo still-$((40+2))\n');
    await terminal.until('still-42');
  });

  it('leaves what was decided on record, with the machine', async () => {
    await expect(sessions().openSession({ instanceId: prod })).rejects.toMatchObject(DENIED);
    const audit = callers.at(AuditService, callers.root);
    const record = await eventually('the denial on record', async () => {
      const { records } = await audit.listAuditRecords({ uin: person.uin, action: 'tat:StartSession' });
      return records.find(({ resources }) => resources[0]?.endsWith(`/${prod}`));
    });
    expect(record).toMatchObject({ outcome: Outcome.IMPLICIT_DENY, service: 'session-svc' });
  });
});

describe('a list of sessions', () => {
  it('shows those on machines that are tagged so now, and counts no others', async () => {
    const { token } = await callers.userWith('reader', [
      {
        effect: 'allow',
        action: 'tat:DescribeSessions',
        resource: '*',
        condition: { string_equal: { 'qcs:resource_tag/env': 'prod' } },
      },
    ]);
    await sessions(callers.root).openSession({ instanceId: prod });
    await sessions(callers.root).openSession({ instanceId: dev });
    const all = await sessions(callers.root).describeSessions({ limit: 100 });
    const seen = await sessions(token).describeSessions({ limit: 100 });
    const onProd = all.sessionSet.filter(({ instanceId }) => instanceId === prod);
    expect(onProd.length).toBeLessThan(all.totalCount);
    expect(seen.totalCount).toBe(onProd.length);
    expect(seen.sessionSet.map(({ sessionId }) => sessionId)).toEqual(onProd.map(({ sessionId }) => sessionId));
    const hidden = all.sessionSet.find(({ instanceId }) => instanceId === dev)!.sessionId;
    await expect(sessions(token).describeSessions({ sessionIds: [hidden] })).rejects.toMatchObject(DENIED);
  });
});
