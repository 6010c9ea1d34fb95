import type { Command } from 'commander';
import type { App } from './app.ts';
import { collect } from './option-values.ts';
import { readSource } from './script-source.ts';
import type { Session } from './session.ts';
import { Stop } from './stop.ts';

/** The options that say who may take a role on. */
export interface TrustOptions {
  readonly trustFile?: string;
  readonly trustAccount?: readonly string[];
}

export function addTrustOptions(command: Command): void {
  command
    .option('--trust-file <file>', "the trust policy, JSON; '-' is standard input")
    .option('--trust-account <uin>', 'trust everybody of this account; `own` is your own; repeatable', collect);
}

/** The trust policy that the options mean; undefined when none of them is given. */
export async function trustPolicy(app: App, session: Session, options: TrustOptions): Promise<string | undefined> {
  const { trustFile, trustAccount } = options;
  if (trustFile !== undefined && trustAccount !== undefined) throw new Stop('give --trust-file or --trust-account');
  if (trustFile !== undefined) return (await readSource(trustFile, app.terminal, 'the trust policy')).toString('utf8');
  if (trustAccount === undefined) return undefined;
  const qcs = [];
  for (const account of trustAccount) qcs.push(`qcs::cam::uin/${await accountUin(session, account)}:root`);
  const statement = [{ effect: 'allow', action: 'name/sts:AssumeRole', principal: { qcs } }];
  return JSON.stringify({ version: '2.0', statement });
}

async function accountUin(session: Session, given: string): Promise<string> {
  if (given === 'own') return (await session.tokens.getCallerIdentity({})).accountId;
  if (/^\d{1,20}$/.test(given)) return given;
  throw new Stop(`--trust-account must be a root uin or \`own\`, was \`${given}\``);
}
