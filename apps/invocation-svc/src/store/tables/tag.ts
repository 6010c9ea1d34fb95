/** One tag; the shape of every table of tags. */
export interface TagTable {
  /** Whose it is: a machine, a register code or, for its command's tags, a run. */
  resource_id: string;
  /** The order in which the tags were given, from 0. */
  position: number;
  tag_key: string;
  tag_value: string;
}
