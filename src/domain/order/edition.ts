/**
 * Of the rules that a run follows: it goes on by those with which it began, so that its history replays. By the first,
 * every order had a timer for its window, a resting one too, and what the last look of the immediate check saw was
 * written down before the check's end was. By the second, all fills were collected by an activity, also where the bot was
 * released already.
 */
export type Edition = 1 | 2 | 3;

/** Of runs that begin now. */
export const PRESENT_EDITION = 3;
