// The business's own page beside the conversation, in a frame of ours whose policy allows its origin alone.

import { useEffect, useRef, useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";

interface Opened {
  url: string;
  frame_url: string;
}

/** The page, where the workspace has one. */
export function Integration({ id }: { id: string }) {
  const there = useStore((state) => (state.workspace as { has_integration_page: boolean } | null)?.has_integration_page);
  const [open, setOpen] = useState(false);
  if (!there) return null;
  return (
    <details class="side-part integration" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><h3>{t("side.integration.title")}</h3></summary>
      {open && <Frame key={id} id={id} />}
    </details>
  );
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
