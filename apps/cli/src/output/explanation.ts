import { type Explanation, type Matched, MissReason, type NearMiss, Outcome } from '@muster/contract';
import { escapeText } from '../domain/escape.ts';
import type { Channel, Colors } from './terminal.ts';

/** `allowed` or `denied`. */
export function outcomeWord(outcome: Outcome): string {
  return outcome === Outcome.ALLOWED ? 'allowed' : 'denied';
}

/** Green for what is allowed, red for what is not. */
export function outcomeColor(outcome: Outcome, colors: Colors): (text: string) => string {
  return outcome === Outcome.ALLOWED ? colors.green : colors.red;
}

/** One line: what was decided on what. */
export function printOutcome(channel: Channel, { action, resource, outcome }: Explanation): void {
  const { colors } = channel;
  const word = outcomeColor(outcome, colors)(outcomeWord(outcome).padEnd(7));
  channel.line(`${word}  ${colors.bold(escapeText(action))} on ${escapeText(resource)}`);
}

/** Everything that is known about a decision. */
export function printExplanation(channel: Channel, explanation: Explanation): void {
  const { colors } = channel;
  const { reason, matched, nearMisses } = explanation;
  printOutcome(channel, explanation);
  channel.line(`         ${escapeText(reason)}`);
  if (matched.length > 0) {
    channel.line();
    channel.line(colors.dim('  statements that spoke'));
    for (const each of matched) channel.line(`    ${statement(each, colors)}`);
  }
  if (nearMisses.length > 0) {
    channel.line();
    channel.line(colors.dim('  statements that almost did'));
    for (const miss of nearMisses) {
      channel.line(`    ${statement(miss.statement!, colors)}`);
      for (const line of missing(miss)) channel.line(`      ${escapeText(line)}`);
    }
  }
}

function statement(
  { effect, policyName, policyId, version, statementIndex, line, via }: Matched,
  colors: Colors,
): string {
  const paint = effect === 'allow' ? colors.green : colors.red;
  const id = policyId === '0' ? '' : ` (${policyId}, version ${version})`;
  const where = `statement ${statementIndex}, line ${line}`;
  return `${paint(effect.padEnd(5))}  ${colors.bold(escapeText(policyName))}${id} ${where}  ${colors.dim(`via ${escapeText(via)}`)}`;
}

function missing({ reason, operator, key, wanted, given }: NearMiss): string[] {
  const had = given.length === 0 ? 'nothing' : given.join(', ');
  switch (reason) {
    case MissReason.ACTION:
      return [`names ${wanted.join(', ')}`];
    case MissReason.RESOURCE:
      return [`covers ${wanted.join(', ')}`];
    default:
      return [`wants ${operator} ${key}: ${wanted.join(', ')}`, `given ${had}`];
  }
}
