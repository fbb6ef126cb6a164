// Parts that are loaded when they are first shown: what few open at a time is not in the way of the first view.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../core/words.ts";
import { notify } from "../frame/notices.js";

/** A component that is nothing until its file is there. */
export function lazy<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [, draw] = useState(0);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (file) => {
          loaded = file.default;
          return draw(1);
        },
        () => notify(t("frame.newer_version")),
      );
    }, []);
    const Part = loaded;
    return Part && <Part {...props} />;
  };
}
