import { quote } from '../../domain/shell-quote.ts';
import { addRegisterCodeOptions, createRegisterCode, type RegisterCodeOptions } from '../../register-code-options.ts';
import type { Session } from '../../session.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options extends RegisterCodeOptions {
  readonly server?: string;
  readonly ca?: string;
  readonly code?: string;
  readonly registerAgain?: boolean;
}

/** What a machine registers with. */
interface Code {
  readonly id: string;
  readonly value: string;
}

/** `muster agent install`: the one line to type on a new machine. */
export const agentInstall = verb<Options, []>({
  configure(command) {
    command
      .option('--server <url>', 'how machines reach the gateway; the URL of the context when not given')
      .option(
        '--ca <file>',
        "where new machines have the authority of the gateway's certificate, when it is no public one",
      )
      .option('--code <id:value>', 'a register code that there is, instead of a new one')
      .option(
        '--register-again',
        'for a machine that has an identity: make it a new machine, as for the copy of another one',
      );
    addRegisterCodeOptions(command);
    command.addHelpText(
      'after',
      '\nThe line holds the value of a register code: whoever has it may register machines until it expires.',
    );
  },
  examples: [
    'muster agent install',
    'muster agent install --server https://muster.example.com --limit 50 --expires 1d --tag role=web --prefix web-',
    'muster agent install --limit 1 --register-again',
    'muster agent install --code 6e1f0c1a-0000-4000-8000-000000000000:abab --json',
  ],
  async run(app, { server, ca: caThere, code: given, registerAgain = false, ...allowed }) {
    if (given !== undefined && Object.keys(allowed).length > 0) {
      throw new Stop('--code is a code that there is; the other options are for a new one', { hint: 'leave one out' });
    }
    const known = given === undefined ? undefined : codeFrom(given);
    const session = await app.connect();
    const url = serverUrl(server ?? session.url);
    const code = known ?? (await newCode(session, allowed));
    const ca = caThere ?? session.ca;
    const line = [
      fetchInstaller(url, ca),
      `--server ${quote(url)} --code-id ${quote(code.id)} --code-value ${quote(code.value)}`,
      ...(ca === undefined ? [] : [`--ca ${quote(ca)}`]),
      ...(registerAgain ? ['--register-again'] : []),
    ].join(' ');
    if (app.json) app.printJson({ Server: url, RegisterCodeId: code.id, RegisterCodeValue: code.value, Line: line });
    else {
      app.note('on the new machine:');
      app.terminal.out.line(line);
      if (ca !== undefined)
        app.note(`the machine needs ${ca} first: the authority of the gateway's certificate (no secret)`);
      if (isOnlyHere(url)) app.note(`${url} is this machine alone: others need --server URL`);
    }
    return undefined;
  },
});

/** `muster agent uninstall`: the one line that takes the agent off a machine. */
export const agentUninstall = verb<Pick<Options, 'server' | 'ca'>, []>({
  configure(command) {
    command
      .option('--server <url>', 'how machines reach the gateway; the URL of the context when not given')
      .option(
        '--ca <file>',
        "where the machine has the authority of the gateway's certificate, when it is no public one",
      )
      .addHelpText('after', '\nThe instance stays on the list until `muster instance delete`.');
  },
  examples: ['muster agent uninstall', 'muster agent uninstall --server https://muster.example.com'],
  async run(app, { server, ca }) {
    const session = server === undefined ? await app.connect() : undefined;
    const url = serverUrl(server ?? session!.url);
    const line = `${fetchInstaller(url, ca ?? session?.ca)} --uninstall`;
    if (app.json) app.printJson({ Server: url, Line: line });
    else {
      app.note('on the machine:');
      app.terminal.out.line(line);
      app.note('then here: muster instance delete NAME');
    }
    return undefined;
  },
});

/** The beginning of both lines: brings the installer and gives it what follows. */
function fetchInstaller(url: string, ca: string | undefined): string {
  const trusted = ca === undefined ? '' : `--cacert ${quote(ca)} `;
  return `curl -fsSL ${trusted}${quote(`${url}/agent/install.sh`)} | sudo sh -s --`;
}

async function newCode(session: Session, options: RegisterCodeOptions): Promise<Code> {
  const { registerCodeId, registerCodeValue } = await createRegisterCode(session, options);
  return { id: registerCodeId, value: registerCodeValue };
}

function codeFrom(text: string): Code {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1)
    throw new Stop('--code takes ID:VALUE', { hint: 'as `muster register-code create` showed them' });
  return { id: text.slice(0, colon), value: text.slice(colon + 1) };
}

function serverUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new Stop(`\`${text}\` is no http or https URL`);
  return text.replace(/\/+$/, '');
}

function isOnlyHere(url: string): boolean {
  return /^(localhost|127\.|\[::1\])/.test(new URL(url).host);
}
