import { expect } from 'vitest';
import { type Fixture, startFixture } from '../../fixture.ts';
import { type Clients, rotatingClients } from './clients.ts';

export const DENIED = 'AuthFailure.UnauthorizedOperation';
export const TAT_DENIED = 'UnauthorizedOperation.CamAuthFailed';

/** What signs. */
export interface Key {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
}

/** What STS hands out. */
interface Granted {
  readonly Credentials?: { TmpSecretId?: string; TmpSecretKey?: string; Token?: string };
}

/** Muster with one machine, and its root account. */
export interface World extends AsyncDisposable {
  readonly root: Clients;
  readonly rootUin: string;
  /** The machine. */
  readonly instance: string;
  /** Every action that was answered: `cam:AddUser`. */
  readonly answered: ReadonlySet<string>;
  /** The SDK's clients for a key. */
  clientsOf(key: Key): Clients;
  /** The same for temporary credentials. */
  temporary(granted: Granted): Clients;
  /** What RunCommand needs, with another script each time: the same request twice within a second would be a replay. */
  script(): { Content: string; WorkingDirectory: string; InstanceIds: string[] };
  /** Whether these clients may run scripts on the machine now. */
  mayRun(clients: Clients): Promise<boolean>;
}

/** The user of the story, once it is made. */
export interface Deploy {
  uin: number;
  key: Key;
  clients: Clients;
  /** What it may do. */
  policy: number;
  /** Through which it may. */
  group: number;
}

export async function startWorld(): Promise<World> {
  const fixture: Fixture = await startFixture(1);
  const { url, root, machines } = fixture.constellation;
  const instance = machines[0]!.instanceId;
  const answered = new Set<string>();
  const clientsOf = ({ secretId, secretKey, token }: Key) =>
    rotatingClients({ url, secretId, secretKey, ...(token === undefined ? {} : { token }) }, (action) =>
      answered.add(action),
    );
  let scripts = 0;
  const script = () => {
    scripts += 1;
    const Content = Buffer.from(`echo ${scripts}`).toString('base64');
    return { Content, WorkingDirectory: '/tmp', InstanceIds: [instance] };
  };
  return {
    root: clientsOf(root),
    rootUin: root.uin,
    ...{ instance, answered, clientsOf, script },
    temporary({ Credentials }) {
      const { TmpSecretId, TmpSecretKey, Token } = Credentials!;
      return clientsOf({ secretId: TmpSecretId!, secretKey: TmpSecretKey!, token: Token! });
    },
    async mayRun({ tat }) {
      const [outcome] = await Promise.allSettled([tat.RunCommand(script())]);
      if (outcome.status === 'fulfilled') return true;
      expect(outcome.reason).toMatchObject({ code: TAT_DENIED });
      return false;
    },
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  };
}
