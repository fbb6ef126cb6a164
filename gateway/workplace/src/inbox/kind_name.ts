// What a person calls a kind of channel.

import { named } from "../core/say.ts";

export const kindName = (kind: string): string => named("kinds", kind);
