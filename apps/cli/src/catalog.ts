import { AUDIT } from './analysis-catalog.ts';
import { type NounEntry, noun, type VerbEntry, verb } from './catalog-entry.ts';
import { COMMAND, LIBRARY, SCENE } from './command-catalog.ts';
import { IAM } from './iam-catalog.ts';
import { INVOKER } from './invoker-catalog.ts';
import { AGENT, INSTANCE, REGISTER_CODE } from './machine-catalog.ts';
import { SESSION } from './session-catalog.ts';

/** Everything that can be typed after `muster`, in the order of `--help`. */
export const CATALOG: readonly { readonly heading: string; readonly entries: readonly (VerbEntry | NounEntry)[] }[] = [
  {
    heading: 'Run things:',
    entries: [
      verb('run', 'run a script on instances', async () => (await import('./commands/run.ts')).run),
      verb('invoke', 'run a stored command on instances', async () => (await import('./commands/invoke.ts')).invoke),
      verb('retry', 'run again where it did not succeed', async () => (await import('./commands/retry.ts')).retry),
      verb('watch', 'attach to a run and see how it ends', async () => (await import('./commands/watch.ts')).watch),
      verb('cancel', 'stop a run', async () => (await import('./commands/cancel.ts')).cancel),
    ],
  },
  {
    heading: 'Look back:',
    entries: [
      verb('ps', 'list the newest runs', async () => (await import('./commands/ps.ts')).ps),
      verb('tasks', 'list what ran on which instance', async () => (await import('./commands/tasks.ts')).tasks),
      verb('show', 'show a run, instance by instance', async () => (await import('./commands/show.ts')).show),
      verb('logs', 'print what a run wrote', async () => (await import('./commands/logs.ts')).logs),
      verb('search', 'find a text in what a run wrote', async () => (await import('./commands/search.ts')).search),
    ],
  },
  {
    heading: 'Be on a machine:',
    entries: [
      verb('ssh', 'open a shell on an instance', async () => (await import('./commands/ssh.ts')).ssh),
      verb('cp', 'copy files to instances, or from them', async () => (await import('./commands/cp.ts')).cp),
      verb(
        'forward',
        'let a port here lead to one that an instance reaches',
        async () => (await import('./commands/forward.ts')).forward,
      ),
      SESSION,
    ],
  },
  {
    heading: 'Look after things:',
    entries: [
      COMMAND,
      LIBRARY,
      SCENE,
      INVOKER,
      INSTANCE,
      AGENT,
      REGISTER_CODE,
      verb('quota', 'how much of what you may have is used', async () => (await import('./commands/quota.ts')).quota),
      verb('region', 'where this installation is', async () => (await import('./commands/region.ts')).region),
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
