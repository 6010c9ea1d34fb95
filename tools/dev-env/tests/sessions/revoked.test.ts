import { AccessKeyStatus, IamService, SessionMode, SessionService } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerWith } from '../../src/account.ts';
import { driveTerminal, type TerminalCaller } from '../../src/driven-terminal.ts';
import { type Callers, startCalling } from '../callers.ts';
import { type Fixture, startFixture } from '../fixture.ts';

let fixture: Fixture;
let callers: Callers;
let instanceId: string;
beforeAll(async () => {
  fixture = await startFixture(1);
  callers = await startCalling(fixture.constellation);
  instanceId = fixture.constellation.machines[0]!.instanceId;
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

/** Somebody who may do everything with sessions, until the policy goes. */
interface Person {
  readonly name: string;
  readonly uin: string;
  readonly policyId: string;
  readonly secretId: string;
  readonly caller: TerminalCaller;
}

let people = 0;
async function person(): Promise<Person> {
  const name = `person-${people++}`;
  const iam = callers.at(IamService, callers.root);
  const { uin, secretId, secretKey } = await iam.addUser({ name, useApi: true });
  const statement = [{ effect: 'allow', action: 'tat:*Session*', resource: '*' }];
  const policyDocument = JSON.stringify({ version: '2.0', statement });
  const { policyId } = await iam.createPolicy({ policyName: name, policyDocument });
  await iam.attachUserPolicy({ policyId, attachUin: uin });
  const caller = await callerWith(fixture.constellation.url, { secretId, secretKey });
  return { name, uin, policyId, secretId, caller };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const iam = () => callers.at(IamService, callers.root);

describe('T18: an open shell', () => {
  it.each<[string, (who: Person) => Promise<unknown>]>([
    ['policy is taken away', ({ uin, policyId }) => iam().detachUserPolicy({ policyId, detachUin: uin })],
    [
      'policy says no from now on',
      ({ policyId }) =>
        iam().updatePolicy({
          policyId,
          policyDocument: JSON.stringify({
            version: '2.0',
            statement: [{ effect: 'deny', action: 'tat:StartSession', resource: '*' }],
          }),
        }),
    ],
    [
      'key is switched off',
      ({ uin, secretId }) =>
        iam().updateAccessKey({ targetUin: uin, accessKeyId: secretId, status: AccessKeyStatus.INACTIVE }),
    ],
    ['user is deleted', ({ name }) => iam().deleteUser({ name, force: true })],
  ])('ends with its whole tree when its driver’s %s', async (_, revoke) => {
    const who = await person();
    const terminal = await driveTerminal(who.caller, { open: { instanceId } });
    terminal.type(`trap '' HUP TERM; echo "pid=$$."\n`);
    const pid = Number(/pid=(\d+)\./.exec(await terminal.until(/pid=\d+\./))![1]);
    await revoke(who);
    expect(await terminal.ended).toMatchObject({ kind: 'ended', reason: 'REVOKED' });
    await eventually('the shell to be gone', () => !isAlive(pid));
    terminal.detach();
  });

  it('goes on without the watcher who may not watch any more', async () => {
    const [driver, watcher] = [await person(), await person()];
    await using terminal = await driveTerminal(driver.caller, { open: { instanceId } });
    const { sessionId } = terminal;
    const watching = await driveTerminal(watcher.caller, { join: sessionId, mode: SessionMode.WATCH });
    terminal.type('echo seen-$((40+2))\n');
    await watching.until('seen-42');
    await iam().detachUserPolicy({ policyId: watcher.policyId, detachUin: watcher.uin });
    const end = await watching.ended;
    expect(end.kind).toBe('refused');
    terminal.type('echo alone-$((40+2))\n');
    await terminal.until('alone-42');
    expect(watching.text).not.toContain('alone-42');
    const { sessionSet } = await callers.at(SessionService, callers.root).describeSessions({ sessionIds: [sessionId] });
    expect(sessionSet[0]!.watcherUins).toEqual([]);
  });
});
