/** How many tasks of an account wait for their start. Kept with every change, so that nobody has to count them. */
export interface BacklogTable {
  account_uin: string;
  waiting: number;
}
