import type { Verb } from './verb.ts';

/** A command that does something; its code is loaded when somebody types it. */
export interface VerbEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Verb>;
}

/** A noun with verbs. */
export interface NounEntry {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly (VerbEntry | NounEntry)[];
}

function verb(name: string, summary: string, load: () => Promise<Verb>): VerbEntry {
  return { name, summary, load };
}

function noun(name: string, summary: string, verbs: readonly (VerbEntry | NounEntry)[]): NounEntry {
  return { name, summary, verbs };
}

/** Everything that can be typed after `muster`, in the order of `--help`. */
export const CATALOG: readonly { readonly heading: string; readonly entries: readonly (VerbEntry | NounEntry)[] }[] = [
  {
    heading: 'Run things:',
    entries: [
      verb('run', 'run a script on instances', async () => (await import('./commands/run.ts')).run),
      verb('invoke', 'run a stored command on instances', async () => (await import('./commands/invoke.ts')).invoke),
      verb('watch', 'attach to a run and see how it ends', async () => (await import('./commands/watch.ts')).watch),
      verb('cancel', 'stop a run', async () => (await import('./commands/cancel.ts')).cancel),
    ],
  },
  {
    heading: 'Look back:',
    entries: [
      verb('ps', 'list the newest runs', async () => (await import('./commands/ps.ts')).ps),
      verb('show', 'show a run, instance by instance', async () => (await import('./commands/show.ts')).show),
      verb('logs', 'print what a run wrote', async () => (await import('./commands/logs.ts')).logs),
    ],
  },
  {
    heading: 'Look after things:',
    entries: [
      noun('command', 'the library of stored commands', [
        verb('list', 'list stored commands', async () => (await import('./commands/command/list.ts')).commandList),
        verb(
          'create',
          'save a script as a command',
          async () => (await import('./commands/command/create.ts')).commandCreate,
        ),
        verb(
          'show',
          'show a command with its script',
          async () => (await import('./commands/command/show.ts')).commandShow,
        ),
        verb(
          'edit',
          'save a changed command as a new version',
          async () => (await import('./commands/command/edit.ts')).commandEdit,
        ),
        verb(
          'delete',
          'delete commands; the history of their runs stays',
          async () => (await import('./commands/command/delete.ts')).commandDelete,
        ),
        verb(
          'preview',
          'show a script with its parameters in place',
          async () => (await import('./commands/command/preview.ts')).commandPreview,
        ),
        verb(
          'versions',
          'list the versions of a command',
          async () => (await import('./commands/command/versions.ts')).commandVersions,
        ),
      ]),
      noun('instance', 'machines and whether they can be reached', [
        verb(
          'list',
          'list instances with their presence',
          async () => (await import('./commands/instance/list.ts')).instanceList,
        ),
      ]),
      noun('register-code', 'what new machines register with', [
        verb(
          'create',
          'make a code; its value is shown once',
          async () => (await import('./commands/register-code/create.ts')).registerCodeCreate,
        ),
        verb(
          'list',
          'list codes without their values',
          async () => (await import('./commands/register-code/list.ts')).registerCodeList,
        ),
      ]),
      noun('iam', 'users, their keys, and what they may do', [
        noun('user', 'sub-users of this account', [
          verb('add', 'add a user', async () => (await import('./commands/iam/user/add.ts')).userAdd),
          verb('list', 'list users', async () => (await import('./commands/iam/user/list.ts')).userList),
          verb('show', 'show a user', async () => (await import('./commands/iam/user/show.ts')).userShow),
          verb('delete', 'delete a user', async () => (await import('./commands/iam/user/delete.ts')).userDelete),
        ]),
        noun('key', 'access keys', [
          verb(
            'create',
            'make an access key; its secret is shown once',
            async () => (await import('./commands/iam/key/create.ts')).keyCreate,
          ),
          verb('list', 'list access keys', async () => (await import('./commands/iam/key/list.ts')).keyList),
          verb(
            'disable',
            'switch a key off, and the tokens made with it',
            async () => (await import('./commands/iam/key/switch.ts')).keyDisable,
          ),
          verb('enable', 'switch a key on', async () => (await import('./commands/iam/key/switch.ts')).keyEnable),
          verb(
            'delete',
            'delete a key that is off',
            async () => (await import('./commands/iam/key/delete.ts')).keyDelete,
          ),
        ]),
        noun('policy', 'CAM policies', [
          verb('create', 'save a policy', async () => (await import('./commands/iam/policy/create.ts')).policyCreate),
          verb('list', 'list policies', async () => (await import('./commands/iam/policy/list.ts')).policyList),
          verb(
            'show',
            'show a policy with its document',
            async () => (await import('./commands/iam/policy/show.ts')).policyShow,
          ),
          verb(
            'update',
            'replace the document of a policy',
            async () => (await import('./commands/iam/policy/update.ts')).policyUpdate,
          ),
          verb('delete', 'delete policies', async () => (await import('./commands/iam/policy/delete.ts')).policyDelete),
          verb(
            'attach',
            'attach a policy to a user',
            async () => (await import('./commands/iam/policy/attach.ts')).policyAttach,
          ),
          verb(
            'detach',
            'detach a policy from a user',
            async () => (await import('./commands/iam/policy/attach.ts')).policyDetach,
          ),
          verb(
            'attached',
            'list the policies of a user',
            async () => (await import('./commands/iam/policy/attached.ts')).policyAttached,
          ),
        ]),
      ]),
    ],
  },
  {
    heading: 'Sign in:',
    entries: [
      verb('login', 'log in to a gateway and remember it', async () => (await import('./commands/login.ts')).login),
      verb('logout', 'log out and forget the secrets', async () => (await import('./commands/logout.ts')).logout),
      verb('whoami', 'say who you are to the gateway', async () => (await import('./commands/whoami.ts')).whoami),
      noun('context', 'the gateways you have logged in to', [
        verb('list', 'list contexts', async () => (await import('./commands/context/list.ts')).contextList),
        verb(
          'use',
          'make a context the current one',
          async () => (await import('./commands/context/use.ts')).contextUse,
        ),
        verb(
          'show',
          'show a context without its secrets',
          async () => (await import('./commands/context/show.ts')).contextShow,
        ),
        verb('delete', 'forget a context', async () => (await import('./commands/context/delete.ts')).contextDelete),
      ]),
    ],
  },
];
