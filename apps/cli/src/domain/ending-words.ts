const WORDS: Readonly<Record<string, string>> = {
  EXITED: 'the shell ended',
  CLOSED: 'whoever opened it left',
  TERMINATED: 'somebody ended it',
  REVOKED: 'it is not allowed any more',
  IDLE: 'nothing was typed and nothing printed for too long',
  TOO_LONG: 'it was open for as long as a session may be',
  GRACE_OVER: 'nobody was connected for longer than its grace',
  MACHINE_LOST: 'the machine, or the agent on it, was lost',
  START_FAILED: 'the machine did not start the shell',
  NOT_USED: 'nobody connected to it',
};

/** Why a session ended, for people; `more` is what the service adds. */
export function endingWords(reason: string, more = ''): string {
  const words = WORDS[reason] ?? reason;
  return more === '' ? words : `${words}: ${more}`;
}
