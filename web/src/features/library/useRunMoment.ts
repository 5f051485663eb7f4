/** One run at one step, over a live channel of its own. */

import { useEffect, useRef, useState } from 'react';

import { LiveChannel } from '../../core/live';
import { Past, type PastState } from '../../core/past';
import { type Drawable, PictureStore } from '../../core/pictures';
import type { View } from '../../protocol/messages';

/** What is asked of each picture; when, is said by the step. */
export type Look = Omit<View, 'at' | 'nearest'>;

export interface Moment {
  readonly drawable: Drawable | null;
  /** The step on screen; null before the first picture. */
  readonly step: number | null;
  /** Whether it is not yet the step that is asked for. */
  readonly isComing: boolean;
  readonly recalling: PastState['recalling'];
  /** Why nothing can be shown. */
  readonly problem: string | null;
}

const NOTHING: Moment = { drawable: null, step: null, isComing: true, recalling: null, problem: null };

/**
 * @param newest The last step of the run.
 * @param step The step that is looked at.
 * @param moves Whether it still moves: then what comes soonest is shown.
 */
export function useRunMoment(run: string, newest: number, look: Look, step: number, moves: boolean): Moment {
  const [moment, setMoment] = useState(NOTHING);
  const watched = useRef<{ past: Past; watch: (look: Look) => void } | null>(null);
  const end = useRef(newest);
  const looked = useRef(look);
  useEffect(() => {
    end.current = newest;
    looked.current = look;
  });
  useEffect(() => {
    const past = new Past(() => end.current);
    const channel = new LiveChannel({
      frame: (frame) => {
        const { message } = frame;
        if (message.kind === 'picture' && past.receive(message)) pictures.receive(frame);
        else if (message.kind === 'picture') channel.drawn(1);
        else if (message.kind === 'recalling') past.recall(message);
        else if (message.kind === 'gone') setMoment({ ...NOTHING, problem: 'This run was deleted.' });
        else if (message.kind === 'status' && message.problem !== null && message.state === 'failed')
          setMoment({ ...NOTHING, problem: message.problem.message });
      },
      link: () => undefined,
    });
    const pictures = new PictureStore((count) => channel.drawn(count));
    const watch = (wanted: Look) => channel.watch(run, { ...wanted, ...past.view });
    const say = () => {
      const { at, shown, recalling } = past.state;
      setMoment(({ drawable: before }) => {
        const drawable = pictures.latest ?? before;
        const isComing = drawable === null || (at === null ? drawable.picture.at !== null : shown !== at);
        return { drawable, step: drawable?.picture.step ?? null, isComing, recalling, problem: null };
      });
    };
    const ends = [
      pictures.subscribe(say),
      past.store.subscribe((state, before) => {
        if (state.asked !== before.asked) watch(looked.current);
        say();
      }),
    ];
    watched.current = { past, watch };
    watch(looked.current);
    return () => {
      for (const stop of ends) stop();
      past.now();
      channel.leave();
      watched.current = null;
    };
  }, [run]);
  useEffect(() => {
    watched.current?.watch(look);
  }, [look]);
  useEffect(() => {
    const past = watched.current?.past;
    if (past === undefined) return;
    if (moves) past.move(step);
    else past.seek(step);
  }, [run, step, moves]);
  return moment;
}
