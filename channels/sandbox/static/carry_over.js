// A bubble that is drawn anew takes over what the person was doing in the old one.

const TOUCHED = "a, button, summary, audio, video";

/** Call it while both are on the page: what plays goes on only if it never leaves it. */
export function carryOver(old, made) {
  const focused = [...old.querySelectorAll(TOUCHED)].indexOf(document.activeElement);
  const opened = [...old.querySelectorAll("details")].map((one) => one.open);
  for (const [place, one] of [...made.querySelectorAll("details")].entries()) one.open = Boolean(opened[place]);
  keepPlaying(old, made);
  if (focused >= 0) made.querySelectorAll(TOUCHED)[focused]?.focus({ preventScroll: true });
}

function keepPlaying(old, made) {
  for (const player of old.querySelectorAll("audio, video")) {
    const twin = [...made.querySelectorAll(player.tagName)].find((one) => one.src === player.src);
    if (twin && !player.paused && made.moveBefore) {
      twin.parentNode.moveBefore(player, twin);
      twin.remove();
    }
  }
}
