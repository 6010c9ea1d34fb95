/** The agent's own user, who takes root's scripts on a throw-away machine where the agent is not root. */
export interface StandIn {
  readonly name: string;
  readonly home: string;
}

/** What an order asks of the machine. */
export interface Place {
  readonly username: string;
  readonly workingDirectory: string;
}

/** Where a script really runs: as asked, or with a stand-in as that user instead of root, and in that user's home instead of `/root`. */
export function placeOf({ username, workingDirectory }: Place, standIn: StandIn | undefined): Place {
  if (!standIn || username !== 'root') return { username, workingDirectory };
  return { username: standIn.name, workingDirectory: workingDirectory === '/root' ? standIn.home : workingDirectory };
}
