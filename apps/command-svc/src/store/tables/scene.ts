/** A label that groups public commands. */
export interface SceneTable {
  scene_id: string;
  /** English. */
  scene_name: string;
  /** Chinese. */
  scene_name_zh: string;
  /** 0 or 1: one that left the library is kept for the time when this installation first had it. */
  listed: number;
  /** Epoch milliseconds. */
  created_at: number;
  updated_at: number;
}
