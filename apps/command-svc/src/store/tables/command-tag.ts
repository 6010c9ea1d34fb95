/** One tag of a command. */
export interface CommandTagTable {
  command_id: string;
  /** The order in which the tags were given, from 0. */
  position: number;
  tag_key: string;
  tag_value: string;
}
