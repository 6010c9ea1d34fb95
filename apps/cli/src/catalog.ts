import { AUDIT } from './analysis-catalog.ts';
import { type NounEntry, noun, type VerbEntry, verb } from './catalog-entry.ts';
import { IAM } from './iam-catalog.ts';

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
        verb('tag', 'set tags on a command', async () => (await import('./commands/command/tag.ts')).commandTag),
        verb('untag', 'take tags away', async () => (await import('./commands/command/tag.ts')).commandUntag),
      ]),
      noun('instance', 'machines and whether they can be reached', [
        verb(
          'list',
          'list instances with their presence',
          async () => (await import('./commands/instance/list.ts')).instanceList,
        ),
        verb('tag', 'set tags on instances', async () => (await import('./commands/instance/tag.ts')).instanceTag),
        verb('untag', 'take tags away', async () => (await import('./commands/instance/tag.ts')).instanceUntag),
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
      IAM,
      AUDIT,
    ],
  },
  {
    heading: 'Sign in:',
    entries: [
      verb('login', 'log in to a gateway and remember it', async () => (await import('./commands/login.ts')).login),
      verb('logout', 'log out and forget the secrets', async () => (await import('./commands/logout.ts')).logout),
      verb('whoami', 'say who you are to the gateway', async () => (await import('./commands/whoami.ts')).whoami),
      verb(
        'switch-account',
        'act in an account that invited you',
        async () => (await import('./commands/switch-account.ts')).switchAccount,
      ),
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
