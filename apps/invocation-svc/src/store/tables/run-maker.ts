/** On whose behalf a run is made, for as long as its tasks may start. */
export interface RunMakerTable {
  invocation_id: string;
  account_uin: string;
  /** What iam-svc lets this service act by. */
  delegation_id: string;
  /** What was decided when the run was made, but for its machines: JSON text of a RunQuestion. */
  question: string;
  /** After this moment none of its tasks starts, epoch milliseconds. */
  starts_until: number;
}
