// Whether the screen is as narrow as a phone's, where one thing is shown at a time.

import { signal } from "@preact/signals";

const NARROW = matchMedia("(max-width: 46rem)"); // as in the styles

export const phone = signal(NARROW.matches);

NARROW.addEventListener("change", () => {
  phone.value = NARROW.matches;
});
