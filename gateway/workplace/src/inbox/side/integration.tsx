// The business's own page beside the conversation, in a frame of ours whose policy allows its origin alone.

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";

interface Opened {
  url: string;
  frame_url: string;
}

/** Whether the workspace has such a page: asked with the first conversation that is opened, null until then. */
const there = signal<boolean | null>(null);

export function Integration({ id }: { id: string }) {
  const { api } = here();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (there.value !== null) return;
    void look(() => api.request("GET", addressOf(id)));
  }, [id]);
  if (!there.value) return null;
  return (
    <details class="side-part integration" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><h3>{t("side.integration.title")}</h3></summary>
      {open && <Frame key={id} id={id} />}
    </details>
  );
}

/** Without a secret there is a page (409), which says so when it is opened; without a page there is none (404). */
async function look(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
    there.value = true;
  } catch (problem) {
    const { status } = problem as { status: number };
    there.value = status === 409 ? true : status === 404 ? false : null;
  }
}

const addressOf = (id: string) => `/conversations/${encodeURIComponent(id)}/integration-page`;

function Frame({ id }: { id: string }) {
  const { api } = here();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const frame = useRef<HTMLIFrameElement>(null);

  useEffect(() => {
    let over = false;
    api.request("GET", addressOf(id)).then(
      (answer: Opened) => !over && setOpened(answer),
      (problem: Error) => !over && setFault(problem.message),
    );
    return () => {
      over = true;
    };
  }, [id]);

  useEffect(() => {
    const heard = ({ origin, source, data }: MessageEvent) => {
      const window_ = frame.current?.contentWindow;
      if (origin === location.origin && source === window_ && data?.ready && opened) window_?.postMessage({ url: opened.url }, origin);
    };
    addEventListener("message", heard);
    return () => removeEventListener("message", heard);
  }, [opened]);

  if (fault) return <p class="fault" role="alert">{fault}</p>;
  return opened ? <iframe ref={frame} class="integration-frame" title={t("side.integration.title")} src={opened.frame_url} /> : <p class="soft small" role="status">{t("ui.loading")}</p>;
}
