import { resolve } from 'node:path';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { LoginRequest, LoginResponse } from '@muster/contract';
import type { App } from '../app.ts';
import { type Context, type Contexts, readContexts, writeContexts } from '../contexts.ts';
import { contextCredentials, ownerOf } from '../credentials.ts';
import { refusalIn } from '../failure.ts';
import type { Terminal } from '../output/terminal.ts';
import { prompt } from '../prompt.ts';
import { ask, secretFromStdin } from '../secret-input.ts';
import { openPublic, openSession } from '../session.ts';
import { Stop } from '../stop.ts';
import { tokenCache } from '../token-cache.ts';
import { verb } from '../verb.ts';

interface Options {
  readonly url?: string;
  readonly ca?: string;
  readonly secretId?: string;
  readonly secretKeyStdin?: boolean;
  readonly user?: string;
  readonly passwordStdin?: boolean;
  readonly account?: string;
  readonly mfaCode?: string;
  readonly newPasswordStdin?: boolean;
}

type Gateway = Pick<Context, 'url' | 'ca'>;

/** `muster login`: proves who the user is, once, and remembers it as a context. */
export const login = verb<Options, []>({
  configure(command) {
    command
      .option('--url <url>', 'the gateway, such as http://127.0.0.1:8080')
      .option('--ca <file>', "the authority of the gateway's certificate, PEM, when it is no public one")
      .option('--secret-id <id>', 'id of an access key')
      .option('--secret-key-stdin', 'read its secret from standard input; otherwise you are asked')
      .option('--user <name>', 'log in with a console password instead of a key')
      .option('--password-stdin', 'read the password from standard input; otherwise you are asked')
      .option('--account <uin>', "the account's root uin, when the installation has several")
      .option('--mfa-code <digits>', 'the code of the authenticator; you are asked when one is needed');
    command.addHelpText('after', '\n--context names the context to save; it becomes the current one.');
  },
  examples: [
    'muster login --url http://127.0.0.1:8080 --secret-id AKID... --secret-key-stdin < key.txt',
    'muster login --url http://127.0.0.1:8080 --user ana --password-stdin < password.txt',
    'muster login --url https://10.0.0.5:8443 --ca muster-ca.pem --secret-id AKID... --secret-key-stdin < key.txt',
    'muster login --context production --url https://muster.example.com --secret-id AKID... --secret-key-stdin < key.txt',
  ],
  async run(app, options) {
    const known = await readContexts(app.config.configFile);
    const url = await gatewayUrl(app, options, known);
    const name = contextName(app, known, url);
    const ca = options.ca === undefined ? known.contexts.get(name)?.ca : resolve(options.ca);
    const gateway = { url, ...(ca === undefined ? {} : { ca }) };
    const context =
      options.user === undefined ? await withKey(app, gateway, options) : await withPassword(app, gateway, options);
    const cache = tokenCache(app.config.tokenFile);
    const session = openSession(context, contextCredentials(name, context, cache));
    const { userName, userId } = await session.tokens.getCallerIdentity({});
    await writeContexts(app.config.configFile, {
      current: name,
      contexts: new Map([...known.contexts, [name, context]]),
    });
    if (app.json) app.printJson({ Context: name, Url: url, UserName: userName, UserId: userId });
    else
      app.terminal.out.line(`logged in to ${url} as ${userName} (${userId}); context \`${name}\` is the current one`);
    return undefined;
  },
});

async function gatewayUrl(app: App, options: Options, { current, contexts }: Contexts): Promise<string> {
  const saved = contexts.get(app.contextName ?? current ?? '')?.url;
  const given = options.url ?? saved ?? (await ask(app.terminal, { question: 'URL of the gateway', option: '--url' }));
  const protocol = URL.canParse(given) ? new URL(given).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new Stop(`\`${given}\` is not the URL of a gateway`, { hint: 'write it as http://HOST:PORT' });
  }
  return given.replace(/\/+$/, '');
}

/** The name given, the context that has this URL already, or one after the host. */
function contextName(app: App, { contexts }: Contexts, url: string): string {
  const same = [...contexts].find(([, context]) => context.url === url)?.[0];
  return app.contextName ?? same ?? (contexts.size === 0 ? 'default' : new URL(url).host);
}

async function withKey({ terminal }: App, gateway: Gateway, options: Options): Promise<Context> {
  const secretId = options.secretId ?? (await ask(terminal, { question: 'SecretId', option: '--secret-id' }));
  const secretKey = options.secretKeyStdin
    ? await secretFromStdin(terminal, 'SecretKey')
    : await ask(terminal, { question: 'SecretKey', option: '--secret-key-stdin', hidden: true });
  return { ...gateway, secretId, secretKey };
}

async function withPassword({ terminal, config }: App, gateway: Gateway, options: Options): Promise<Context> {
  const user = options.user!;
  if (options.account !== undefined && !/^\d{1,20}$/.test(options.account)) throw new Stop('--account must be a uin');
  const password = options.passwordStdin
    ? await secretFromStdin(terminal, 'password')
    : await ask(terminal, { question: `Password of ${user}`, option: '--password-stdin', hidden: true });
  const answer = await loginUntilComplete(terminal, gateway, {
    accountUin: options.account ?? '0',
    userName: user,
    password,
    mfaCode: options.mfaCode ?? '',
    newPassword: '',
  });
  const context = { ...gateway, user };
  const expires = answer.expiredTime ? timestampMs(answer.expiredTime) : 0;
  await tokenCache(config.tokenFile).put(ownerOf(context), { token: answer.token, expires }, Date.now());
  return context;
}

type LoginFields = Pick<LoginRequest, 'accountUin' | 'userName' | 'password' | 'mfaCode' | 'newPassword'>;

/** Logs in, and asks for what the service misses: a one-time code, a new password. */
async function loginUntilComplete(terminal: Terminal, gateway: Gateway, fields: LoginFields): Promise<LoginResponse> {
  try {
    return await openPublic(gateway).login(fields);
  } catch (error) {
    const { reason } = refusalIn(error) ?? {};
    if (reason === 'FailedOperation.CheckMFAError' && fields.mfaCode === '') {
      const mfaCode = await ask(terminal, { question: 'One-time code', option: '--mfa-code' });
      return loginUntilComplete(terminal, gateway, { ...fields, mfaCode });
    }
    if (reason === 'OperationDenied.NeedResetPassword' && fields.newPassword === '' && terminal.input.isTTY) {
      const newPassword = await prompt(terminal, 'The password must be replaced. New password: ', { hidden: true });
      return loginUntilComplete(terminal, gateway, { ...fields, newPassword });
    }
    throw error;
  }
}
