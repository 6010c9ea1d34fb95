import type { WithClientTokens, WithOutbox, WithVaultCheck } from '@muster/db';
import type { CommandTable } from './tables/command.ts';
import type { CommandTagTable } from './tables/command-tag.ts';
import type { CommandVersionTable } from './tables/command-version.ts';
import type { SceneTable } from './tables/scene.ts';

/** The tables of command.db. */
export interface CommandSchema extends WithOutbox, WithClientTokens, WithVaultCheck {
  command: CommandTable;
  command_version: CommandVersionTable;
  command_tag: CommandTagTable;
  scene: SceneTable;
}
