import type { App } from './app.ts';
import type { Config } from './config.ts';
import { escapeText } from './domain/escape.ts';
import { failureLine } from './domain/failure-line.ts';
import type { Terminal } from './output/terminal.ts';
import type { Session } from './session.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly context?: string;
}

/** What a command may use, from the process it runs in. Whatever talks to a gateway is loaded when it is needed. */
export function createApp(config: Config, terminal: Terminal, options: GlobalOptions): App {
  const json = options.json === true;
  const contextName = options.context ?? config.context;
  const { out, err } = terminal;
  let session: Promise<Session> | undefined;
  const note = (text: string) => {
    if (!json) err.line(text);
  };
  return {
    config,
    terminal,
    json,
    contextName,
    note,
    connect() {
      session ??= connect(config, contextName, note);
      return session;
    },
    printJson: (value) => out.line(JSON.stringify(value, undefined, out.isTerminal ? 2 : undefined)),
    fail(failure) {
      if (json) {
        const { message, code, field, action, resource, hint } = failure;
        const error = {
          Code: code ?? null,
          Message: message,
          Field: field,
          Action: action,
          Resource: resource,
          Hint: hint,
        };
        err.line(JSON.stringify({ Error: error }));
      } else err.line(`${err.colors.red('muster:')} ${escapeText(failureLine(failure))}`);
    },
  };
}

async function connect(config: Config, name: string | undefined, note: (text: string) => void): Promise<Session> {
  const [
    { pickContext, readContexts },
    { contextCredentials },
    { tokenCache },
    { openSession },
    { isReadableByOthers },
  ] = await Promise.all([
    import('./contexts.ts'),
    import('./credentials.ts'),
    import('./token-cache.ts'),
    import('./session.ts'),
    import('./private-file.ts'),
  ]);
  const [chosen, context] = pickContext(await readContexts(config.configFile), name);
  if (context.secretKey !== undefined && (await isReadableByOthers(config.configFile))) {
    note(`others can read your keys: chmod 600 ${config.configFile}`);
  }
  return openSession(context, contextCredentials(chosen, context, tokenCache(config.tokenFile)));
}
