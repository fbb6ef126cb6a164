// A customer's accounts at the messengers.

import { displayNumber } from "../core/store.js";
import { named } from "../core/words.ts";
import type { Identity } from "../inbox/types.ts";

export function Accounts({ identities }: { identities: readonly Identity[] }) {
  return (
    <ul class="accounts">
      {identities.map((one) => (
        <li key={`${one.kind} ${one.external_id}`}>
          <span class={`kind kind-${one.kind}`}>{named("kinds", one.kind)}</span> <span dir="auto">{displayNumber(one)}</span>
        </li>
      ))}
    </ul>
  );
}
