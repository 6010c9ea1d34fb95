import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnectTransport } from '@connectrpc/connect-node';
import { connectBus, keyOf, newUserKey, seedOf, serviceUserJwt } from '@muster/bus';
import {
  CommandService,
  IamService,
  InstanceService,
  InvocationService,
  SessionService,
  TaskStatus,
  TokenService,
} from '@muster/contract';
import { bearer } from '@muster/rpc';
import { eventually, silentLogger } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { driveTerminal } from '../../src/driven-terminal.ts';
import { stateOf } from './tenant-lists.ts';
import type { World } from './world.ts';

const TYPED = 'typed without being shown';

/** A secret, and the one place where it may stand. */
interface Canary {
  readonly what: string;
  readonly value: string;
  /** Files below the data folder that exist to hold it, mode 0600. */
  readonly keptIn?: RegExp;
}

export function canaries(world: () => World): void {
  describe('T20: a secret stands nowhere but where it must', () => {
    it('not in a store, log, event, argument, environment or answer', async () => {
      const { fixture, first } = world();
      const heard: { subject: string; data: Uint8Array }[] = [];
      await using observer = await observeBus(world(), (subject, data) => heard.push({ subject, data }));
      const planted = await plant(world());
      const hidden = planted.find(({ what }) => what === 'hidden parameter')!;
      const commandLines = await processesDuring(run(world(), hidden.value));
      await eventually('the machine to have forgotten', () => {
        return readdirSync(join(first.dataDir, 'journal', 'tasks')).length === 0;
      });
      await observer.flush();

      const root = join(fixture.folder, 'data');
      const shown = Object.values(await stateOf(world(), first)).join('\n');
      // the order takes hidden values to the one machine they are for (docs/hidden-values.md)
      const order = new RegExp(`^down\\.\\w+\\.${first.things.instance}\\.s\\d+\\.task$`);
      // and keys that are typed go to the shell that they are for (docs/sessions.md)
      const keys = new RegExp(`^down\\.\\w+\\.${first.things.instance}\\.session\\.ses-\\w+\\.message$`);
      const meantFor: Readonly<Record<string, RegExp>> = { 'hidden parameter': order, [TYPED]: keys };
      for (const { what, value, keptIn } of planted) {
        const files = filesWith(root, value);
        expect(
          files.filter((file) => !keptIn?.test(file)),
          what,
        ).toEqual([]);
        for (const file of files) expect(statSync(join(root, file)).mode & 0o077, `${what}: ${file}`).toBe(0);
        // the script is told by its environment, which its user and root can read (docs/hidden-values.md)
        const told = (line: string) => what === 'hidden parameter' && line.includes('MUSTER_INVOCATION_ID=');
        expect(
          commandLines.filter((line) => line.includes(value) && !told(line)),
          what,
        ).toEqual([]);
        const subjects = heard.filter(({ data }) => written(value).some((form) => Buffer.from(data).includes(form)));
        const elsewhere = subjects.filter(({ subject }) => !meantFor[what]?.test(subject));
        expect(
          elsewhere.map(({ subject }) => subject),
          what,
        ).toEqual([]);
        expect(shown.includes(value), what).toBe(false);
      }
      // what is no secret is found in the same places, so the search finds what there is
      expect(filesWith(root, first.things.invocation).map((file) => file.split('/')[0])).toEqual(
        expect.arrayContaining(['invocation-svc', 'nats']),
      );
      expect(filesWith(root, first.things.userName).map((file) => file.split('/')[0])).toContain('iam-svc');
      expect(heard.map(({ subject }) => subject.split('.')[0])).toEqual(expect.arrayContaining(['down', 'up', 'evt']));
      expect(commandLines.some((line) => line.includes('supervisor.sh'))).toBe(true);
    }, 60_000);
  });
}

/** One of every kind of secret, used once. */
async function plant(world: World): Promise<Canary[]> {
  const { callers, first, fixture } = world;
  const { root } = fixture.constellation;
  const iam = callers.at(IamService, first.token);
  const password = `Aa1!${randomBytes(12).toString('hex')}`;
  const user = await iam.addUser({ name: 'canary', consoleLogin: true, password, useApi: true });
  const policyDocument = JSON.stringify({
    version: '2.0',
    statement: [{ effect: 'allow', action: 'cam:*', resource: '*' }],
  });
  const { policyId } = await iam.createPolicy({ policyName: 'canary', policyDocument });
  await iam.attachUserPolicy({ policyId, attachUin: user.uin });
  const token = await callers.exchange(user);
  const login = await callers.at(TokenService).login({ accountUin: first.things.root, userName: 'canary', password });
  const mfa = await callers.at(IamService, token).createMfaDevice({ targetUin: user.uin });
  const code = await callers.at(InstanceService, first.token).createRegisterCode({});
  const { instance: instanceId } = first.things;
  const { ticket } = await callers.at(SessionService, first.token).openSession({ instanceId });
  const typed = `c4nary-${randomBytes(12).toString('hex')}`;
  await typeUnseen(world, typed);
  await callers.at(TokenService, token).getCallerIdentity({});
  // one that was mistyped
  await expect(
    callers.at(TokenService).login({ accountUin: first.things.root, userName: 'canary', password: `${password}x` }),
  ).rejects.toThrow();
  return [
    { what: 'hidden parameter', value: `c4nary-${randomBytes(12).toString('hex')}` },
    { what: 'secret of root', value: root.secretKey, keptIn: /^iam-svc\/root-credentials\.json$/ },
    { what: 'password of root', value: root.consolePassword, keptIn: /^iam-svc\/root-credentials\.json$/ },
    { what: 'token of root', value: first.token },
    { what: 'secret of a user', value: user.secretKey },
    { what: 'password of a user', value: password },
    { what: 'token from a key', value: token },
    { what: 'token from a password', value: login.token },
    { what: 'seed of an authenticator', value: mfa.secret },
    { what: 'value of a register code', value: code.registerCodeValue },
    { what: 'ticket of a session', value: ticket!.ticket },
    { what: TYPED, value: typed },
    { what: 'value of a used register code', value: first.registerCodeValue },
  ];
}

/** Types something into a shell while it shows nothing, as people type passwords, with everything recorded that can be. */
async function typeUnseen({ callers, first, fixture }: World, text: string): Promise<void> {
  const sessions = callers.at(SessionService, first.token);
  await sessions.modifySessionSettings({ settings: { recordInput: true } });
  const { url } = fixture.constellation;
  const { token } = first;
  const transport = createConnectTransport({ baseUrl: url, httpVersion: '1.1', interceptors: [bearer(() => token)] });
  const open = { instanceId: first.things.instance };
  await using terminal = await driveTerminal({ url, transport, token }, { open });
  terminal.type(`stty -echo; printf 'say %s' it:; read -r unseen; stty echo; echo "\${#unseen} read"; exit\n`);
  // what is typed ahead would be shown
  await terminal.until('say it:');
  terminal.type(`${text}\n`);
  await terminal.until(`${text.length} read`);
  await terminal.ended;
}

/** Runs a script that uses the value, to its end. */
async function run({ callers, first }: World, value: string): Promise<void> {
  const { commandId } = await callers.at(CommandService, first.token).createCommand({
    commandName: 'canary',
    content: Buffer.from('echo {{tat-hidden:key}}; printf %s "$MUSTER_PARAM_KEY" | wc -c; sleep 0.3'),
    ...{ enableParameter: true, defaultParameters: '{"key":""}', workingDirectory: '/tmp' },
  });
  const runs = callers.at(InvocationService, first.token);
  const { invocationId } = await runs.invokeCommand({
    ...{ commandId, instanceIds: [first.things.instance], parameters: JSON.stringify({ key: value }) },
  });
  await eventually('the run to end', async () => {
    const filters = [{ name: 'invocation-id', values: [invocationId] }];
    const { invocationTaskSet } = await runs.describeInvocationTasks({ filters });
    return invocationTaskSet[0]?.taskStatus === TaskStatus.SUCCESS;
  });
}

/** Hears everything that any service says or hears; nobody has such credentials outside of tests. */
async function observeBus({ fixture }: World, hear: (subject: string, data: Uint8Array) => void) {
  const { natsUrl } = fixture.constellation;
  const seed = readFileSync(join(fixture.folder, 'data', 'nats', 'bus', 'services.seed'), 'utf8').trim();
  const user = newUserKey();
  const jwt = await serviceUserJwt('observer', user, keyOf(seed), { pub: ['nothing'], sub: ['>'] });
  const identity = () => ({ jwt, seed: seedOf(user) });
  const bus = await connectBus({
    servers: [natsUrl],
    identity,
    name: 'observer',
    inboxPrefix: 'o',
    logger: silentLogger,
  });
  bus.subscribeRaw('>', (data, subject) => hear(subject, data));
  return { flush: () => bus.flush(), [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
}

/** How a text may be written down: as it is, in hexadecimal, and in Base64 wherever it begins. */
function written(text: string): Buffer[] {
  const inBase64 = [0, 1, 2].map((shift) =>
    // the characters that its neighbours take part in are left out
    Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
      .toString('base64')
      .slice(shift + 1, -4),
  );
  return [text, Buffer.from(text).toString('hex'), ...inBase64].map((form) => Buffer.from(form));
}

function filesWith(root: string, text: string): string[] {
  const forms = written(text);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => {
      const data = readFileSync(file, { flag: 'r' });
      return forms.some((form) => data.includes(form));
    })
    .map((file) => file.slice(root.length + 1));
}

/** Looks at all processes again and again until this has ended. */
async function processesDuring(going: Promise<void>): Promise<string[]> {
  const seen = new Set<string>();
  const ended = going.then(() => true);
  while (!(await Promise.race([ended, sleep(50)]))) for (const line of processes()) seen.add(line);
  return [...seen];
}

/** Arguments and environment of every process of this machine that may be looked into. */
function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return ['cmdline', 'environ'].map((what) => readFileSync(`/proc/${pid}/${what}`, 'utf8'));
      } catch {
        // it ended, or is another user's
        return [];
      }
    });
}
