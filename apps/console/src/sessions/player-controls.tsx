import { ActionIcon, Select, Slider, Switch, Text, Tooltip } from '@mantine/core';
import { otherSpeed, SPEEDS } from '@muster/terminal';
import { Pause, Play } from 'lucide-react';
import { clock } from './clock.ts';
import type { Player, PlayerView } from './player.ts';
import classes from './player-controls.module.css';

const STEP_MS = 5_000;
const LONG_STEP_MS = 30_000;

/** Play and pause, the place, the speed, and whether silence is skipped. */
export function PlayerControls({ player, view, ready }: { player: Player; view: PlayerView; ready: boolean }) {
  const { positionMs, durationMs, playing, speed, skipsSilence } = view;
  const at = `${clock(positionMs)} of ${clock(durationMs)}`;
  return (
    <div className={classes.controls}>
      <Tooltip label={playing ? 'Pause (Space)' : 'Play (Space)'}>
        <ActionIcon
          size="lg"
          variant="filled"
          aria-label={playing ? 'Pause' : 'Play'}
          disabled={!ready}
          onClick={() => player.toggle()}
        >
          {playing ? <Pause size={18} /> : <Play size={18} />}
        </ActionIcon>
      </Tooltip>
      <Text size="sm" className={`nums ${classes.clock}`}>
        {clock(positionMs)}
        <Text span c="dimmed" size="sm">
          {' '}
          / {clock(durationMs)}
        </Text>
      </Text>
      <Slider
        className={classes.scrubber!}
        min={0}
        max={Math.max(1, durationMs)}
        step={100}
        value={Math.min(positionMs, durationMs)}
        onChange={(ms) => player.seek(ms)}
        label={clock}
        disabled={!ready}
        thumbLabel="Place in the recording"
        thumbProps={{ 'aria-valuetext': at }}
        size="sm"
      />
      <Select
        className={classes.speed!}
        size="xs"
        aria-label="Speed"
        data={SPEEDS.map((each) => ({ value: String(each), label: `${each}×` }))}
        value={String(speed)}
        onChange={(value) => value && player.setSpeed(Number(value))}
        allowDeselect={false}
        comboboxProps={{ position: 'top' }}
      />
      <Switch
        size="xs"
        label="Skip silence"
        checked={skipsSilence}
        onChange={(event) => player.skipSilence(event.currentTarget.checked)}
      />
    </div>
  );
}

/** What a key does while a recording is shown; true when it did something. */
export function playerKey(event: KeyboardEvent, player: Player): boolean {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return false;
  // a field is typed into; the terminal's own one is not
  const types = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.classList.contains('xterm-helper-textarea');
  if (types || target.closest('[role="dialog"], [role="listbox"]')) return false;
  // Space and Enter press the button that has the focus
  if (key === ' ' && target.closest('button, a')) return false;
  const { positionMs, durationMs, speed } = player.view();
  const step = event.shiftKey ? LONG_STEP_MS : STEP_MS;
  switch (key) {
    case ' ':
      player.toggle();
      return true;
    case 'ArrowLeft':
      player.seek(positionMs - step);
      return true;
    case 'ArrowRight':
      player.seek(positionMs + step);
      return true;
    case 'ArrowUp':
      player.setSpeed(otherSpeed(speed, 'faster'));
      return true;
    case 'ArrowDown':
      player.setSpeed(otherSpeed(speed, 'slower'));
      return true;
    case 'Home':
      player.seek(0);
      return true;
    case 'End':
      player.seek(durationMs);
      return true;
    default:
      return false;
  }
}
