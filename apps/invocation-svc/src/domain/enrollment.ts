import { invalid } from '@muster/kernel';

export const HOST_NAME_MAX_CHARACTERS = 255;
export const SYSTEM_NAMES = ['Linux', 'Windows', 'Darwin'] as const;
/** Longest text of every other thing that a machine says of itself. */
export const FACT_MAX_CHARACTERS = 128;
/** How far a machine's clock may be off when it asks for new credentials, either way. */
export const RENEWAL_WINDOW_MS = 300_000;

/** What a machine says of itself when it registers. */
export interface MachineFacts {
  readonly hostName: string;
  readonly localIp: string;
  readonly systemName: string;
  readonly agentVersion: string;
  /** A hash; empty when the machine has none. */
  readonly machineId: string;
}

/** What a machine says of itself when it opens a session. */
export interface SessionFacts extends MachineFacts {
  readonly bootId: string;
  readonly journalId: string;
}

/** Checks what a registering machine says of itself. Refusals: MissingParameter, InvalidParameterValue, InvalidParameterValue.TooLong. */
export function checkMachineFacts(facts: MachineFacts): void {
  if (facts.hostName === '') throw invalid('MissingParameter', 'HostName', 'is required, was not given');
  checkText('HostName', facts.hostName, HOST_NAME_MAX_CHARACTERS);
  if (!(SYSTEM_NAMES as readonly string[]).includes(facts.systemName)) {
    throw invalid(
      'InvalidParameterValue',
      'SystemName',
      `must be ${SYSTEM_NAMES.join(', ')}, was \`${facts.systemName.slice(0, FACT_MAX_CHARACTERS)}\``,
    );
  }
  checkText('MachineId', facts.machineId, FACT_MAX_CHARACTERS);
  checkText('LocalIp', facts.localIp, FACT_MAX_CHARACTERS);
  checkText('AgentVersion', facts.agentVersion, FACT_MAX_CHARACTERS);
}

/** Checks what a machine says at hello, with the same refusals. */
export function checkSessionFacts(facts: SessionFacts): void {
  checkMachineFacts(facts);
  checkText('BootId', facts.bootId, FACT_MAX_CHARACTERS);
  if (facts.journalId === '') throw invalid('MissingParameter', 'JournalId', 'is required, was not given');
  checkText('JournalId', facts.journalId, FACT_MAX_CHARACTERS);
}

/** The text that a machine signs to renew its credentials. */
export function renewalText({ instanceId, timestampMs }: { instanceId: string; timestampMs: bigint }): string {
  return `renew\n${instanceId}\n${timestampMs}`;
}

/** Whether a renewal was signed recently enough; both in epoch milliseconds. */
export function isFresh(timestampMs: bigint, now: number): boolean {
  const apart = BigInt(now) - timestampMs;
  return apart <= BigInt(RENEWAL_WINDOW_MS) && apart >= -BigInt(RENEWAL_WINDOW_MS);
}

function checkText(field: string, given: string, max: number): void {
  const count = [...given].length;
  if (count > max) {
    throw invalid('InvalidParameterValue.TooLong', field, `must be at most ${max} characters, was ${count}`);
  }
  // these are shown to people, in terminals too
  if (/\p{Cc}/u.test(given))
    throw invalid('InvalidParameterValue', field, 'must not hold control characters, but does');
}
