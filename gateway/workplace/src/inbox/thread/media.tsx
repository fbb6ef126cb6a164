// The file of a message: shown or played by a link that ends after an hour, on its way to us, or missing.

import type { TargetedEvent, TargetedMouseEvent } from "preact";
import { useRef } from "preact/hooks";
import { safeUrl } from "../../core/dom.js";
import { t } from "../../core/words.ts";
import { Icon } from "../../ui/icon.tsx";
import { useAround } from "./around.ts";
import { isOverNow, sameFile, size } from "./links.ts";
import type { Media } from "./types.ts";

export type Shape = "picture" | "sticker" | "film" | "sound" | "file";

interface Given {
  media: Media;
  /** What a person calls it. */
  kind: string;
}

interface Here extends Given {
  url: string;
  /** Load it by a new link, once, where this one does not work any more. */
  renew: (event: TargetedEvent<HTMLImageElement | HTMLMediaElement>) => void;
  /** Open it by a new link where this one is over. */
  open: (event: TargetedMouseEvent<HTMLAnchorElement>) => void;
}

export function File({ media, kind, shape }: Given & { shape: Shape }) {
  const url = media.url ? safeUrl(media.url) : null;
  if (url) return <Shown key={media.id ?? url} media={media} kind={kind} shape={shape} url={url} />;
  const name = media.filename || kind;
  if (media.status === "failed") return <Missing media={media} name={name} />;
  const why = media.url ? t("message.bad_link") : media.status === "pending" ? t("message.being_fetched") : "";
  return <Line text={[name, why].filter(Boolean).join(" – ")} fetching={media.status === "pending"} />;
}

const SHAPES = { picture: Picture, sticker: Sticker, film: Film, sound: Sound, file: Download };

/** Another link to the same file changes nothing: what plays would begin anew. */
function Shown({ media, kind, shape, url }: Given & { shape: Shape; url: string }) {
  const { does } = useAround();
  const kept = useRef(url);
  const renewed = useRef(false);
  if (!sameFile(kept.current, url)) kept.current = url;
  const renew = async ({ currentTarget }: TargetedEvent<HTMLImageElement | HTMLMediaElement>) => {
    if (renewed.current || !media.id) return;
    renewed.current = true;
    const next = await does.link(media.id);
    if (next) currentTarget.src = kept.current = next;
  };
  const open = async (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    const link = event.currentTarget;
    if (!media.id || !isOverNow(link.href)) return;
    event.preventDefault();
    const next = await does.link(media.id);
    if (!next) return;
    link.href = kept.current = next;
    link.click();
  };
  const Shape = SHAPES[shape];
  return <Shape media={media} kind={kind} url={kept.current} renew={renew} open={open} />;
}

function Picture({ media, kind, url, renew, open }: Here) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" class="picture-link" onClick={open}>
      <img src={url} alt={media.filename || kind} loading="lazy" class="picture" onError={renew} />
    </a>
  );
}

function Sticker({ kind, url, renew }: Here) {
  return <img src={url} alt={kind} loading="lazy" class="sticker" onError={renew} />;
}

function Film({ kind, url, renew }: Here) {
  return <video src={url} controls preload="metadata" class="picture" aria-label={kind} onError={renew} />;
}

function Sound({ kind, url, renew }: Here) {
  return <audio src={url} controls preload="none" aria-label={kind} onError={renew} />;
}

function Download({ media, kind, url, open }: Here) {
  const facts = [media.mime_type, size(media.bytes)].filter(Boolean).join(", ");
  return (
    <a class="attachment" href={url} download={media.filename || ""} rel="noopener noreferrer" target="_blank" onClick={open}>
      <Icon name="file" />
      <span>
        <span class="file-name" dir="auto">{media.filename || kind}</span>
        {facts && <span class="soft small">{facts}</span>}
      </span>
    </a>
  );
}

function Line({ text, fetching = false }: { text: string; fetching?: boolean }) {
  return <p class={`attachment soft ${fetching ? "fetching" : ""}`} aria-busy={fetching || undefined}><Icon name="file" /><span dir="auto">{text}</span></p>;
}

function Missing({ media, name }: { media: Media; name: string }) {
  const { does } = useAround();
  const again = async ({ currentTarget }: TargetedMouseEvent<HTMLButtonElement>) => {
    currentTarget.disabled = true;
    await does.fetchFile(media.id!);
    currentTarget.disabled = false;
  };
  return (
    <div class="attachment missing">
      <Line text={`${name} – ${t("message.not_fetched")}`} />
      {media.id && <button type="button" onClick={again}>{t("ui.try_again")}</button>}
    </div>
  );
}
